import { defineConfig } from "vitest/config";

// Workspace packages resolve to their TypeScript sources, so no test needs a build. Without "module": Node itself knows no such
// condition, and @opentelemetry/api has files under it that Node cannot import.
const conditions = ["flyball-source", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["flyball-source", "node"] } },
  test: {
    include: [
      "{packages,apps}/*/test/**/*.test.ts",
      "{policies,conformance,benchmarks,deployment,chaos,examples}/test/**/*.test.ts",
      "tools/test/*.test.ts",
      "policies/test/*.test.ts",
    ],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
