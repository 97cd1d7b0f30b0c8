import type { Manifest } from "../abi/manifest.ts";
import type { ValueReader } from "../instance/value-reader.ts";
import { PolicyLoadError } from "../policy-load-error.ts";

/**
 * Checks in a module's memory that each interned string is what the manifest says, and that the one that stands for all others is none
 * of them: a module that lies here would decide about other texts than it was given. Throws `PolicyLoadError`.
 */
export function checkStrings(reader: ValueReader, { strings, otherString }: Manifest): void {
  for (const [text, address] of Object.entries(strings)) {
    if (textAt(reader, address) !== text)
      refuse(`strings[${JSON.stringify(text.slice(0, 60))}] is another text in the module`);
  }
  const other = textAt(reader, otherString);
  if (other === undefined || Object.hasOwn(strings, other)) refuse("otherString must be a text that is not in strings");
}

function textAt(reader: ValueReader, address: number): string | undefined {
  try {
    return reader.readString(address);
  } catch {
    return undefined;
  }
}

function refuse(message: string): never {
  throw new PolicyLoadError("manifest_invalid", `the module's manifest: ${message}`);
}
