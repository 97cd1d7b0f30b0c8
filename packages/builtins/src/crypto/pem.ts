import { decodeBase64 } from "../bytes.ts";

/** One block of a PEM text, and what follows it. */
export interface PemBlock {
  /** `CERTIFICATE`, `PUBLIC KEY`, ... */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rest: string;
}

const BEGIN = /(?:^|\n)-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n/g;

/** The first well-formed block, as Go's encoding/pem finds it: text before it and headers in it count for nothing. */
export function decodePem(text: string): PemBlock | undefined {
  const begin = new RegExp(BEGIN);
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const type = match[1] ?? "";
    const start = match.index + match[0].length;
    const block = readBlock(text, start, type);
    if (block !== undefined) return block;
    // The line break may be the one before the next block.
    begin.lastIndex = start - 1;
  }
  return undefined;
}

function readBlock(text: string, start: number, type: string): PemBlock | undefined {
  const endLine = `-----END ${type}-----`;
  // The end stands on a line of its own.
  let end = start - 1;
  do end = text.indexOf(`\n${endLine}`, end);
  while (
    end >= 0 &&
    !/^[ \t]*(\r?\n|$)/.test(text.slice(end + 1 + endLine.length, end + 40 + endLine.length)) &&
    ++end > 0
  );
  if (end < 0) return undefined;
  const body = withoutHeaders(text.slice(start, Math.max(start, end)));
  const bytes = decodeBase64(body.replace(/[ \t\r\n]/g, ""), { alphabet: "standard", padding: true });
  if (bytes === undefined) return undefined;
  const rest = text.slice(end + 1 + endLine.length).replace(/^[ \t]*(\r?\n)?/, "");
  return { type, bytes, rest };
}

/** Lines `key: value` in front. */
function withoutHeaders(body: string): string {
  const lines = body.split("\n");
  const first = lines.findIndex((line) => !line.includes(":"));
  return first < 0 ? "" : lines.slice(first).join("\n");
}
