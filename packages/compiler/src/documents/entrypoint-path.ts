/** `finance/decision` for `data.finance.decision`. A step that has a `/` of its own has `%2F` for it, and `%25` for `%`. */
export function entrypointName(path: readonly string[]): string {
  return path.map((step) => step.replaceAll("%", "%25").replaceAll("/", "%2F")).join("/");
}

export function entrypointPath(name: string): readonly string[] {
  return name.split("/").map((step) => step.replaceAll(/%2f/gi, "/").replaceAll("%25", "%"));
}
