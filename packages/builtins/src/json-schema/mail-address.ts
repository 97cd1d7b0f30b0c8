import { parseIp } from "../net/ip-address.ts";

/** What is still to be read. Each reader moves on only where it finds its part; a failure is `false` or undefined. */
interface MailReader {
  readonly text: string;
  at: number;
}

/** Characters of an atom, besides the point: all that can be seen, but the specials of RFC 5322. */
const ATOM = /[!#-'*+\-./0-9=?A-Z^-~\u0080-\uffff]+/y;
const QUOTED = /"((?:[\t !#-[\]-~\u0080-\uffff]|\\[\t -~\u0080-\uffff])*)"/y;
const DOMAIN_LITERAL = /\[([!-Z^-~\u0080-\uffff]*)\]/y;

/** Whether the text is one address as Go's mail.ParseAddress takes it: `a@b.c`, `Name <a@b.c>`, comments, a group of one. Source: RFC 5322. */
export function isMailAddress(text: string): boolean {
  const reader: MailReader = { text, at: 0 };
  return readAddress(reader, true) === 1 && skipComments(reader) && reader.at === text.length;
}

/** How many addresses were read; undefined where it is none. */
function readAddress(reader: MailReader, mayBeGroup: boolean): number | undefined {
  skipSpace(reader);
  if (readSpecification(reader)) {
    skipSpace(reader);
    return isNext(reader, "(") && !readComment(reader) ? undefined : 1;
  }
  if (!isNext(reader, "<") && !readPhrase(reader)) return undefined;
  skipSpace(reader);
  if (mayBeGroup && take(reader, ":")) return readGroup(reader);
  return take(reader, "<") && readSpecification(reader) && take(reader, ">") ? 1 : undefined;
}

function readGroup(reader: MailReader): number | undefined {
  skipSpace(reader);
  if (take(reader, ";")) return 0;
  for (let count = 0; ; ) {
    const more = readAddress(reader, false);
    if (more === undefined || !skipComments(reader)) return undefined;
    count += more;
    if (take(reader, ";")) return count;
    if (!take(reader, ",")) return undefined;
  }
}

/** `local@domain`. */
function readSpecification(reader: MailReader): boolean {
  const start = reader.at;
  skipSpace(reader);
  const local = isNext(reader, '"') ? match(reader, QUOTED)?.[1] : dotted(match(reader, ATOM)?.[0]);
  if (local === undefined || local === "" || !take(reader, "@") || !readDomain(reader)) {
    reader.at = start;
    return false;
  }
  return true;
}

function readDomain(reader: MailReader): boolean {
  skipSpace(reader);
  if (!isNext(reader, "[")) return dotted(match(reader, ATOM)?.[0]) !== undefined;
  const literal = match(reader, DOMAIN_LITERAL)?.[1];
  return literal !== undefined && parseIp(literal) !== undefined;
}

/** Points stand between other characters. */
function dotted(atom: string | undefined): string | undefined {
  return atom === undefined || /^\.|\.\.|\.$/.test(atom) ? undefined : atom;
}

/** Words of a name, at least one. */
function readPhrase(reader: MailReader): boolean {
  for (let words = 0; ; words++) {
    if (words > 0 && !skipComments(reader)) return false;
    skipSpace(reader);
    const word = isNext(reader, '"') ? match(reader, QUOTED) : match(reader, ATOM);
    if (word === undefined || hasUnknownCharset(word[0])) return words > 0;
  }
}

/** A word encoded after RFC 2047 in a character set that Go cannot read. */
function hasUnknownCharset(word: string): boolean {
  const [, charset] = /^=\?([^?]+)\?[bBqQ]\?[^?]*\?=$/.exec(word) ?? [];
  return charset !== undefined && !["utf-8", "iso-8859-1", "us-ascii"].includes(charset.toLowerCase());
}

function skipComments(reader: MailReader): boolean {
  skipSpace(reader);
  while (isNext(reader, "(")) {
    if (!readComment(reader)) return false;
    skipSpace(reader);
  }
  return true;
}

/** Comments nest. */
function readComment(reader: MailReader): boolean {
  let depth = 0;
  do {
    const next = reader.text.charAt(reader.at);
    if (next === "") return false;
    if (next === "\\" && reader.at + 1 < reader.text.length) reader.at++;
    else if (next === "(") depth++;
    else if (next === ")") depth--;
    reader.at++;
  } while (depth > 0);
  return true;
}

function skipSpace(reader: MailReader): void {
  while (isNext(reader, " ") || isNext(reader, "\t")) reader.at++;
}

function isNext(reader: MailReader, character: string): boolean {
  return reader.text.charAt(reader.at) === character;
}

function take(reader: MailReader, character: string): boolean {
  const found = isNext(reader, character);
  if (found) reader.at++;
  return found;
}

function match(reader: MailReader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text) ?? undefined;
  if (found !== undefined) reader.at += found[0].length;
  return found;
}
