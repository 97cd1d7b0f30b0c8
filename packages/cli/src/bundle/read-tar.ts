/** A tar archive's regular files. In: the archive's bytes, unpacked. It knows ustar, pax and GNU names; anything that is no file or folder is an error. */
export interface TarFile {
  readonly name: string;
  /** A view into the archive. */
  readonly bytes: Uint8Array;
}

/** Why an archive cannot be read; `name` is the entry's, where there is one. */
export class TarError extends Error {
  override readonly name = "TarError";
}

const BLOCK = 512;

/** Entries in an archive, folders among them. */
const MAX_ENTRIES = 100_000;

/** The regular files in their order. Throws `TarError`. */
export function readTar(archive: Uint8Array): readonly TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  let entries = 0;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    checkSum(header, at);
    if (++entries > MAX_ENTRIES) throw new TarError(`has more than ${MAX_ENTRIES} entries`);
    const size = numberAt(header, 124, 12);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new TarError(`ends in the middle of ${nameOf(header)}`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    const name = longName ?? nameOf(header);
    switch (type) {
      case "0":
      case "7":
      case "\0":
        files.push({ name, bytes: content });
        break;
      case "5":
        break;
      case "L":
        longName = textOf(content);
        continue;
      case "x":
        longName = paxPath(content) ?? longName;
        continue;
      case "g":
        continue;
      default:
        throw new TarError(`${name} is ${kindText(type)}; a bundle holds files and folders only`);
    }
    longName = undefined;
  }
  if (entries === 0) throw new TarError("is no tar archive");
  return files;
}

function kindText(type: string): string {
  if (type === "1" || type === "2") return "a link";
  if (type === "3" || type === "4") return "a device";
  return type === "6" ? "a pipe" : `an entry of type ${JSON.stringify(type)}`;
}

/** The sum of all bytes, those of the sum itself taken as spaces. */
function checkSum(header: Uint8Array, at: number): void {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  if (sum !== numberAt(header, 148, 8)) throw new TarError(`is no tar archive: the header at byte ${at} is wrong`);
}

function nameOf(header: Uint8Array): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = textOf(header.subarray(257, 262)) === "ustar";
  // GNU uses the prefix for times.
  const prefix = isUstar && header[262] === 0 ? textOf(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal text, or with the first bit set a binary number. */
function numberAt(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  if ((field[0] ?? 0) >= 0x80) throw new TarError("has an entry of more than 8 GiB");
  const text = textOf(field).trim();
  if (!/^[0-7]*$/.test(text)) throw new TarError("is no tar archive: a number is wrong");
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** Up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The `path` of a pax header: records `LENGTH KEY=VALUE\n`, lengths in bytes. A size there would be more than a header can say. */
function paxPath(content: Uint8Array): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(textOf(content.subarray(at, space)));
    if (!(Number.isInteger(length) && length > space - at && at + length <= content.length))
      throw new TarError("has a pax header that is wrong");
    const record = new TextDecoder().decode(content.subarray(space + 1, at + length - 1));
    const [key = "", ...value] = record.split("=");
    if (key === "path") path = value.join("=");
    if (key === "size") throw new TarError("has an entry of more than 8 GiB");
    at += length;
  }
  return path;
}
