import type { Command } from "../command.ts";

/** A script for fish, with what commands and flags are for. */
export function fishCompletion(commands: readonly Command[]): string {
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c flyball -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...Object.entries(flags).map(([flag, { short, help, value }]) =>
      [
        `complete -c flyball -n '__fish_seen_subcommand_from ${name}' -l ${flag}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...(value === undefined ? [] : ["-r"]),
        `-d ${quoted(help)}`,
      ].join(" "),
    ),
  ]);
  const shells = `complete -c flyball -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'`;
  return `# fish completion for flyball: flyball completion fish | source\n${[...lines, shells].join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
