import type { FlagsOf } from "../command.ts";
import { UsageError } from "../usage-error.ts";

/** What reading may cost. Each has a flag, and the message that names a limit names its flag. */
export interface SourceLimits {
  /** Bytes of one file, also of one in a bundle. */
  readonly fileSize: number;
  /** Bytes of one file of Rego: some 200,000 rules take half a minute, and memory by the gigabyte. */
  readonly moduleSize: number;
  /** Bytes of all files that one command reads. */
  readonly totalSize: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: SourceLimits = { fileSize: 64 * MIB, moduleSize: 8 * MIB, totalSize: 512 * MIB };

export interface LimitFlags {
  readonly "max-file-size": string | undefined;
  readonly "max-module-size": string | undefined;
  readonly "max-total-size": string | undefined;
}

export const LIMIT_FLAGS: FlagsOf<LimitFlags> = {
  "max-file-size": { type: "string", value: "SIZE", help: "largest file that is read, as 64M (64M)" },
  "max-module-size": { type: "string", value: "SIZE", help: "largest file of Rego (8M)" },
  "max-total-size": { type: "string", value: "SIZE", help: "most that is read in all, bundles unpacked (512M)" },
};

export function sourceLimits(flags: LimitFlags): SourceLimits {
  return {
    fileSize: sizeOf("max-file-size", flags["max-file-size"]) ?? DEFAULT_LIMITS.fileSize,
    moduleSize: sizeOf("max-module-size", flags["max-module-size"]) ?? DEFAULT_LIMITS.moduleSize,
    totalSize: sizeOf("max-total-size", flags["max-total-size"]) ?? DEFAULT_LIMITS.totalSize,
  };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: MIB, G: 1024 * MIB };

/** A size as flags write it. Throws `UsageError`. */
export function sizeOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,9})([KMG]?)i?B?$/i.exec(text) ?? [];
  const factor = UNITS[(unit ?? "?").toUpperCase()];
  if (digits === undefined || factor === undefined)
    throw new UsageError(`--${flag} ${text}: a size is a number with K, M or G, as 64M`);
  return Number(digits) * factor;
}

/** `1.5 MiB` */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < MIB) return `${Math.round(bytes / 102.4) / 10} KiB`;
  return `${Math.round(bytes / (MIB / 10)) / 10} MiB`;
}
