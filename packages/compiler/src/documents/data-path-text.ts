/** `data.finance["two words"]`: a path below `data` as it is written in Rego. */
export function dataPathText(path: readonly string[]): string {
  return ["data", ...path.map((step) => (NAME.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`))].join("");
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
