import { readFileSync } from "node:fs";

/** A section of a page in docs/reference/errors: one kind of message, with examples. */
export interface ErrorSection {
  /** The message, `…` for what differs. */
  readonly title: string;
  readonly pattern: RegExp;
  readonly wrong: readonly Example[];
  readonly right: readonly Example[];
}

export interface Example {
  readonly language: string;
  readonly text: string;
  readonly flags: readonly string[];
}

export function errorPage(code: string): string {
  return readFileSync(new URL(`../../../docs/reference/errors/${code}.md`, import.meta.url), "utf8");
}

export function errorSections(page: string): readonly ErrorSection[] {
  return page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const title = section.slice(0, section.indexOf("\n"));
      const examples = [...section.matchAll(/^```(\w+) (wrong|right|data)([^\n]*)\n(.*?)^```$/gms)].map(
        ([, language = "", kind = "", flags = "", text = ""]) => ({
          kind,
          language,
          text,
          flags: flags.split(" ").filter((flag) => flag !== ""),
        }),
      );
      const data = examples.filter(({ kind }) => kind === "data");
      return {
        title,
        pattern: messagePattern(title),
        wrong: [...examples.filter(({ kind }) => kind === "wrong"), ...data],
        right: [...examples.filter(({ kind }) => kind === "right"), ...data],
      };
    });
}

/** Matches a whole message; `…` stands for any text. */
function messagePattern(title: string): RegExp {
  return new RegExp(`^${title.split("…").map(escapePattern).join(".+")}$`, "s");
}

/** Text for a regular expression that matches it. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
