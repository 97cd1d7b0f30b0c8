import type { Command } from "../command.ts";

/** A script for zsh, with what commands and flags are for. */
export function zshCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = commands.map(({ name, flags }) => {
    const specs = Object.entries(flags).flatMap(([flag, { short, help, value, multiple }]) => {
      const argument = value === undefined ? "" : `:${escaped(value)}:_files`;
      const star = multiple === true ? "*" : "";
      const text = `[${escaped(help)}]${argument}`;
      return [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])].map((each) =>
        quoted(`${star}${each}${text}`),
      );
    });
    const rest = name === "completion" ? quoted("1:shell:(bash zsh fish)") : quoted("*:file:_files");
    return `    ${name}) _arguments ${[...specs, rest].join(" ")} ;;`;
  });
  return `#compdef flyball
# zsh completion for flyball: source <(flyball completion zsh)
_flyball() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _flyball flyball
`;
}

/** Characters that mean something in a specification of \`_arguments\`. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
