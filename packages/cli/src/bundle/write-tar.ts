const BLOCK = 512;

/** A ustar archive of the files in the order given. The same files give the same bytes: no times, owners or machine. */
export function writeTar(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Uint8Array {
  const parts = files.flatMap(({ name, bytes }) => [...header(name, bytes.length), bytes, padding(bytes.length)]);
  parts.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

/** One header, or a pax header before it where the name is too long for one. */
function header(name: string, size: number): readonly Uint8Array[] {
  const encoded = new TextEncoder().encode(name);
  if (encoded.length <= 100) return [block({ name: encoded, size, type: "0" })];
  const record = paxRecord("path", name);
  return [
    block({ name: new TextEncoder().encode("pax"), size: record.length, type: "x" }),
    record,
    padding(record.length),
    block({ name: encoded.subarray(0, 100), size, type: "0" }),
  ];
}

function block(entry: { readonly name: Uint8Array; readonly size: number; readonly type: string }): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  const octal = (at: number, length: number, value: number) =>
    text(at, `${value.toString(8).padStart(length - 1, "0")}\0`);
  bytes.set(entry.name, 0);
  octal(100, 8, 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, entry.size);
  octal(136, 12, 0);
  text(148, " ".repeat(8));
  text(156, entry.type);
  text(257, "ustar\u000000");
  text(
    148,
    `${bytes
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
  );
  return bytes;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** `LENGTH KEY=VALUE\n`; the length counts its own digits. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = new TextEncoder().encode(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return new TextEncoder().encode(`${length} ${key}=${value}\n`);
}
