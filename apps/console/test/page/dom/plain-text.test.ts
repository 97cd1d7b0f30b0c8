import { describe, expect, test } from "vitest";
import { plainText } from "../../../src/page/dom/plain-text.ts";

describe("text of others", () => {
  test.each([
    ["what turns text around", "a\u202Eb\u2066c", "a⟨U+202E⟩b⟨U+2066⟩c"],
    ["what has no width", "pay\u200Bpal\uFEFF\u2060", "pay⟨U+200B⟩pal⟨U+FEFF⟩⟨U+2060⟩"],
    ["what looks like a space and is a letter", "a\u3164b\u115F", "a⟨U+3164⟩b⟨U+115F⟩"],
    ["controls", "a\u0000b\u001B[2Jc\u007F\u0085", "a⟨U+0000⟩b⟨U+001B⟩[2Jc⟨U+007F⟩⟨U+0085⟩"],
    ["separators of lines that are no line break", "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩"],
    ["tags outside of the first plane", "a\u{E0041}b", "a⟨U+E0041⟩b"],
    ["half a pair", "a\uD800b", "a\uFFFDb"],
  ])("shows %s", (_name, text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  test.each(["line\nbreak\tand tab", "Zürich, Ελλάδα, 東京, العربية", "7,500 USD – “fine” 👍", "<b>&amp;</b>"])(
    "leaves %j as it is",
    (text) => {
      expect(plainText(text)).toBe(text);
    },
  );
});
