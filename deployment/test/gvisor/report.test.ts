import { describe, expect, test } from "vitest";
import type { CheckFigures } from "../../gvisor/inside/measure-checks.ts";
import { type Report, writeReport } from "../../gvisor/report.ts";

/** Figures of which the first percentile is `microseconds` and the others twice and three times that. */
const figures = (microseconds: number): CheckFigures => {
  const latency = { p50: microseconds * 1e3, p95: 2 * microseconds * 1e3, p99: 3 * microseconds * 1e3, samples: 1000 };
  return { single: latency, concurrent: latency };
};

const report = (inProcess: number, opa: number | undefined): Report => ({
  checks: [
    { name: "it is live and ready", problems: [] },
    { name: "nothing but /tmp can be written", problems: ["app: written instead of EROFS"] },
  ],
  places: [
    {
      place: "gVisor",
      starts: [300, 100, 200],
      inProcess: figures(inProcess),
      serviceMemoryBytes: 100 * 2 ** 20,
      ...(opa === undefined ? {} : { opa: { ...figures(opa), readyMs: 250, memoryBytes: 60 * 2 ** 20 } }),
    },
  ],
  runsc: { path: "/somewhere/runsc", version: "0.0~20240729.0" },
  opa: opa === undefined ? undefined : { path: "/somewhere/opa", version: "1.22.2" },
  memoryMb: 512,
  memoryEnforced: true,
  seconds: 3,
  load: 0.1,
});

describe("the report", () => {
  test("draws the comparison by arithmetic", () => {
    const text = writeReport(report(10, 1000));
    expect(text).toContain("| gVisor | in process (II) | 1 | 10.0 us | 20.0 us | 30.0 us | 1,000 |");
    expect(text).toContain("| gVisor | OPA over loopback HTTP (I) | 32 | 1.00 ms | 2.00 ms | 3.00 ms | 1,000 |");
    expect(text).toContain("| gVisor | 1 caller | p50 | 99.00 % less | below 1 ms |");
  });

  test("says where the claim is not met", () => {
    const text = writeReport(report(600, 1000));
    expect(text).toContain("| gVisor | 1 caller | p50 | 40.00 % less (**less than 95 %**) | below 1 ms |");
    expect(text).toContain("**NOT below** 1 ms |");
  });

  test("says what fails, what was not measured, and when the limit of memory was not in force", () => {
    const text = writeReport({ ...report(10, undefined), memoryEnforced: false });
    expect(text).toContain("- **FAILS**: nothing but /tmp can be written");
    expect(text).toContain("- holds: it is live and ready");
    expect(text).toContain("NOT limited in memory");
    expect(text).toContain("| gVisor | 1 caller | p99 | not measured | below 1 ms |");
    expect(text).toContain("none found: Architecture I was not measured");
  });

  test("says when the machine was busy", () => {
    expect(writeReport({ ...report(10, 1000), load: 64 })).toContain("these figures are noisy");
    expect(writeReport({ ...report(10, 1000), load: 0 })).not.toContain("noisy");
  });

  test("has the median start and the slowest, and no path of the machine", () => {
    const text = writeReport(report(10, 1000));
    expect(text).toContain("| gVisor | the service | 200 ms | 300 ms | 100 MB |");
    expect(text).not.toContain("/somewhere");
  });
});
