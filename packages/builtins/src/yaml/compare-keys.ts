/** go-yaml's order of keys: numbers inside texts by their value (`a2` before `a10`), letters after other characters unless they follow digits. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return isLess([...a], [...b]) ? -1 : 1;
}

function isLess(a: readonly string[], b: readonly string[]): boolean {
  let digits = false;
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [x = "", y = ""] = [a[index], b[index]];
    if (x === y) {
      digits = isDigit(x);
      continue;
    }
    const [letter, otherLetter] = [isLetter(x), isLetter(y)];
    if (letter && otherLetter) return codeOf(x) < codeOf(y);
    if (letter || otherLetter) return digits ? letter : otherLetter;
    return compareNumbersAt(a, b, index);
  }
  return a.length < b.length;
}

/** Both texts are equal before `index` and have no letter there. */
function compareNumbersAt(a: readonly string[], b: readonly string[], index: number): boolean {
  // A zero in the middle of a number counts, one at its start does not.
  let lead = 0n;
  if (a[index] === "0" || b[index] === "0") {
    for (let before = index - 1; before >= 0 && isDigit(a[before] ?? ""); before--) {
      if (a[before] === "0") continue;
      lead = 1n;
      break;
    }
  }
  const [left, right] = [numberAt(a, index, lead), numberAt(b, index, lead)];
  if (left.value !== right.value) return left.value < right.value;
  if (left.end !== right.end) return left.end < right.end;
  return codeOf(a[index] ?? "") < codeOf(b[index] ?? "");
}

function numberAt(
  text: readonly string[],
  start: number,
  lead: bigint,
): { readonly value: bigint; readonly end: number } {
  let value = lead;
  let end = start;
  for (; isDigit(text[end] ?? ""); end++) value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(text[end] ?? "") - 48));
  return { value, end };
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character);
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
