const NAMES = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data count",
  "tag",
];

export interface Section {
  readonly name: string;
  /** In bytes, header included. */
  readonly size: number;
}

/** The sections of a module with their sizes. A module that ends early has fewer. */
export function sectionSizes(bytes: Uint8Array): readonly Section[] {
  const sections: Section[] = [];
  let at = 8;
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++] ?? 0;
    let size = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    sections.push({
      name: id === 0 ? customName(bytes, at) : (NAMES[id] ?? `section ${id}`),
      size: Math.min(at + size, bytes.length) - start,
    });
    at += size;
  }
  return sections;
}

/** A custom section begins with its name's length and its name. Names here are short. */
function customName(bytes: Uint8Array, at: number): string {
  const length = bytes[at] ?? 0;
  return `custom ${new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + length))}`;
}
