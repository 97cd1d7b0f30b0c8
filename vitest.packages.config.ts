import { defineConfig } from "vitest/config";

// The packages as a user installs them: packed, installed and imported. No source condition here.
export default defineConfig({
  test: { include: ["tools/test/packages/*.test.ts"], testTimeout: 180_000, hookTimeout: 300_000 },
});
