/** A step below `data`. OPA takes what reads as a whole number for one. */
export type DocumentStep = string | number;

/** The steps of a URL's path behind `/v1/data`, each unescaped on its own; undefined where one cannot be. Empty steps do not count. */
export function documentPath(path: string): readonly DocumentStep[] | undefined {
  const steps: DocumentStep[] = [];
  for (const part of path.split("/")) {
    if (part === "") continue;
    const text = unescaped(part);
    // As in OPA, which writes the path as a reference.
    if (text === undefined || text.includes('"')) return undefined;
    steps.push(INTEGER.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text);
  }
  return steps;
}

const INTEGER = /^[+-]?[0-9]+$/;

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** `data.finance["two words"][0]` */
export function referenceText(steps: readonly DocumentStep[]): string {
  const parts = steps.map((step) =>
    typeof step === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return `data${parts.join("")}`;
}
