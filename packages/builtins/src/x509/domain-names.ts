/** Names of domains and mailboxes as certificates have them. Sources: Go's crypto/x509, RFC 5280, RFC 2821. */

/** Labels of 1 to 63 characters that can be seen, 253 together. */
export function isDomainName(name: string): boolean {
  if (name === "" || name.length > 253) return false;
  return name.split(".").every((label) => /^[!-~]{1,63}$/.test(label));
}

/** As part of a constraint it may also be empty, which is every domain, and begin with a point. */
export function isDomainConstraint(name: string): boolean {
  return name === "" || (name.length <= 253 && isDomainName(name.replace(/^\./, "")));
}

export interface Mailbox {
  readonly local: string;
  readonly domain: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are allowed there
const QUOTED_LOCAL = /^"((?:[\x01-\x08\x0b\x0c\x0e-!#-[\]-\x7f]|\\[\x01-\t\x0b\x0c\x0e-\x7f])*)"@(.*)$/s;
const PLAIN_LOCAL = /^((?:\\[\s\S]|[0-9a-zA-Z!#$%&'*+\-/=?^_`{|}~.])+)@(.*)$/s;

/** `local@domain`; undefined for what is none. */
export function parseMailbox(text: string): Mailbox | undefined {
  const match = text.startsWith('"') ? QUOTED_LOCAL.exec(text) : PLAIN_LOCAL.exec(text);
  if (match === null) return undefined;
  const [, written = "", domain = ""] = match;
  const local = written.replace(/\\([\s\S])/g, "$1");
  if (!text.startsWith('"') && /^\.|\.\.|\.$/.test(local)) return undefined;
  return domain === "" || domain.split(".").every((label) => /^[!-~]+$/.test(label)) ? { local, domain } : undefined;
}

/** Lower case as far as ASCII goes. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether a name lies in the domain of a constraint: at it or below it, and only below it where it begins with a point. */
export function isInDomain(name: string, constraint: string): boolean {
  const [inner, outer] = [lowerAscii(name), lowerAscii(constraint)];
  if (outer === "") return true;
  return (
    inner.endsWith(outer) &&
    (outer.startsWith(".") || inner.length === outer.length || inner.at(-outer.length - 1) === ".")
  );
}

/** Whether a host is what a certificate's name stands for; `*` as the first label is any one label. */
export function matchesHost(pattern: string, host: string): boolean {
  const name = lowerAscii(host);
  if (!isHostName(name.replace(/\.$/, "")) || !isHostName(pattern.replace(/^\*\./, "")) || pattern === "*") {
    // What is no host name matches only itself.
    return !["", "."].includes(pattern) && !["", "."].includes(name) && lowerAscii(pattern) === name;
  }
  const labels = name.replace(/\.$/, "").split(".");
  const wanted = lowerAscii(pattern).split(".");
  return (
    labels.length === wanted.length &&
    wanted.every((label, index) => label === labels[index] || (index === 0 && label === "*"))
  );
}

function isHostName(name: string): boolean {
  return name.split(".").every((label) => /^[a-zA-Z0-9_][a-zA-Z0-9_-]*$/.test(label));
}
