import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { Problem } from "../usage-error.ts";
import { UsageError } from "../usage-error.ts";
import { type SourceLimits, sizeText } from "./source-limits.ts";

/** Reads files within limits that hold for one command as a whole. What cannot be read throws `UsageError`. */
export interface FileReader {
  /** `special`: devices and pipes may be read too, as a shell's `<(...)` gives them. */
  readonly bytes: (path: string, options?: { readonly special?: boolean }) => Uint8Array;
  readonly text: (path: string, options?: { readonly special?: boolean }) => string;
  /** The text of a module that has these bytes. */
  readonly moduleText: (file: string, bytes: Uint8Array) => string;
  /** The limits on a file and on what is left of all. */
  readonly left: () => SourceLimits;
  /** Counts bytes that came out of an archive. */
  readonly count: (file: string, bytes: number) => void;
}

export function createFileReader(limits: SourceLimits): FileReader {
  let total = 0;
  const count = (file: string, bytes: number): void => {
    if (bytes > limits.fileSize) throw tooLarge(file, bytes, { limits, of: "file" });
    total += bytes;
    if (total > limits.totalSize)
      throw new UsageError([
        {
          file,
          message: `with this file more than ${sizeText(limits.totalSize)} would be read; --max-total-size raises the limit`,
        },
      ]);
  };
  const bytes: FileReader["bytes"] = (path, { special = false } = {}) => {
    let descriptor: number | undefined;
    try {
      // To open a pipe waits for its other end.
      descriptor = openSync(path, special ? constants.O_RDONLY : constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      const stats = fstatSync(descriptor);
      if (stats.isDirectory()) throw new UsageError([{ file: path, message: "is a folder" }]);
      if (!stats.isFile() && !special) throw new UsageError([{ file: path, message: "is no regular file" }]);
      if (stats.size > limits.fileSize) throw tooLarge(path, stats.size, { limits, of: "file" });
      const content = readFileSync(descriptor);
      count(path, content.length);
      return content;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError([{ file: path, message: reasonOf(error) }]);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  };
  return {
    bytes,
    text: (path, options) => decodeText(path, bytes(path, options)),
    moduleText: (file, content) => {
      if (content.length > limits.moduleSize) throw tooLarge(file, content.length, { limits, of: "module" });
      return decodeText(file, content);
    },
    left: () => ({ ...limits, totalSize: limits.totalSize - total }),
    count,
  };
}

function tooLarge(
  file: string,
  bytes: number,
  { limits, of }: { readonly limits: SourceLimits; readonly of: "file" | "module" },
): UsageError {
  const [limit, what] = of === "file" ? [limits.fileSize, ""] : [limits.moduleSize, " of Rego"];
  const message = `has ${sizeText(bytes)}${what}, more than the limit of ${sizeText(limit)}; --max-${of}-size raises it`;
  return new UsageError([{ file, message }]);
}

/** UTF-8 as text, without its byte order mark. Throws `UsageError` with the place of the first byte that is none. */
export function decodeText(file: string, bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  throw new UsageError([invalidUtf8(file, bytes)]);
}

function invalidUtf8(file: string, bytes: Uint8Array): Problem {
  let row = 1;
  for (let start = 0; start <= bytes.length; row++) {
    const end = bytes.indexOf(10, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(line)) {
      const before = new TextDecoder().decode(line).split("\uFFFD")[0] ?? "";
      const byte = line[new TextEncoder().encode(before).length] ?? 0;
      const message = `is not UTF-8 text: byte 0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      return { file, row, col: [...before].length + 1, message };
    }
    if (end < 0) break;
    start = end + 1;
  }
  return { file, message: "is not UTF-8 text" };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  ENOTDIR: "no such file or folder",
  EACCES: "may not be read",
  EPERM: "may not be read",
  ELOOP: "is a symbolic link in a circle",
  EISDIR: "is a folder",
  ENAMETOOLONG: "has too long a name",
};

export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
