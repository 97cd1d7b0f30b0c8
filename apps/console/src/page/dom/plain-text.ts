/**
 * Text of others as a person should see it: characters that have no shape of their own, or that make the text around them
 * run the other way, are written as their code. A name or a reason cannot look like another one, and cannot turn an amount
 * around. Line breaks and tabs stay.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(deceptive, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** Controls but line breaks and tabs, formats (directions, zero width, tags), and separators that end a line unseen. */
const deceptive = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0]/gu;
