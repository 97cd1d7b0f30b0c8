import type { Command, Flag } from "./command.ts";

/** What `flyball COMMAND --help` prints. */
export function usageText({ name, forms, about, flags }: Pick<Command, "name" | "forms" | "about" | "flags">): string {
  const lines = Object.entries(flags).map(([flag, each]) => [flagText(flag, each), each.help] as const);
  const width = Math.max(0, ...lines.map(([text]) => text.length));
  return [
    ...forms.map((form, index) => `${index === 0 ? "usage: " : "       "}flyball ${name} ${form}`.trimEnd()),
    "",
    about,
    "",
    ...lines.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`),
    `  ${"-h, --help".padEnd(width)}  print this`,
    "",
  ].join("\n");
}

export function overviewText(commands: readonly Pick<Command, "name" | "summary">[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "usage: flyball COMMAND [--help]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Exit status: 0 done, 1 the answer is no (a failed check, test or comparison), 2 usage or environment.",
    "",
  ].join("\n");
}

function flagText(name: string, { short, value }: Flag): string {
  return `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}
