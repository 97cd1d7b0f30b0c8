import { describe, expect, it } from "vitest";
import { goodModules } from "./good-modules.ts";
import { mutate } from "./mutate.ts";
import { tryModule } from "./try-module.ts";

/** Seeds whose modules once came out wrong. */
const FOUND: readonly number[] = [];
const EACH = 250;

describe("bad modules", () => {
  it.each(Object.entries(goodModules()))(
    "made from the one %s are refused with a code, or work",
    async (name, module) => {
      const count = name === "made by OPA" ? EACH / 5 : EACH;
      let refused = 0;
      for (const seed of [...FOUND, ...Array.from({ length: count }, (_, i) => i)]) {
        const outcome = await tryModule(mutate(module, seed).bytes).catch((error: unknown) => {
          throw new Error(`seed ${seed}`, { cause: error });
        });
        if (outcome.kind === "refused") refused++;
      }
      expect(refused).toBeGreaterThan(count / 4);
    },
    120_000,
  );
});
