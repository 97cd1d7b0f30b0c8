import type { Command } from "../command.ts";

/** A script for bash: commands first, then flags of the command and files. */
export function bashCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const cases = commands.map(({ name, flags }) => {
    const words = Object.entries(flags).flatMap(([flag, { short }]) => [
      `--${flag}`,
      ...(short === undefined ? [] : [`-${short}`]),
    ]);
    return `    ${name}) words="${[...words, "--help"].join(" ")}" ;;`;
  });
  return `# bash completion for flyball: source <(flyball completion bash)
_flyball() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "${names} --help --version" -- "$current")
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  case "$current" in
    -*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
    *)
      if [ "\${COMP_WORDS[1]}" = completion ]; then
        mapfile -t COMPREPLY < <(compgen -W "bash zsh fish" -- "$current")
      else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
      fi
      ;;
  esac
}
complete -o filenames -F _flyball flyball
`;
}
