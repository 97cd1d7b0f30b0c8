/** The keyword that a word was probably meant to be: one letter wrong, missing, too many, or two swapped. */
export function suggestKeyword(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  return candidates.find((candidate) => candidate !== word && (candidate === lower || isOneSlip(lower, candidate)));
}

function isOneSlip(word: string, keyword: string): boolean {
  if (keyword.length < 2 || Math.abs(word.length - keyword.length) > 1) {
    return false;
  }
  let from = 0;
  while (from < word.length && word[from] === keyword[from]) {
    from += 1;
  }
  let same = 0;
  while (
    same < Math.min(word.length, keyword.length) - from &&
    word[word.length - 1 - same] === keyword[keyword.length - 1 - same]
  ) {
    same += 1;
  }
  const wrong = word.slice(from, word.length - same);
  const right = keyword.slice(from, keyword.length - same);
  const swapped = wrong.length === 2 && wrong[0] === right[1] && wrong[1] === right[0];
  // A two-letter keyword is one letter away from too many names: there only a swap or an extra letter counts.
  const replaced = wrong.length <= 1 && right.length <= 1 && (keyword.length > 2 || right.length === 0);
  return swapped || replaced;
}
