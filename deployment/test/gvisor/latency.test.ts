import { expect, test } from "vitest";
import { latencyOf } from "../../gvisor/latency.ts";

test("percentiles are figures that were measured, by nearest rank", () => {
  const samples = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(latencyOf(samples)).toEqual({ p50: 100, p95: 190, p99: 198, samples: 200 });
});

test("one figure is all of its percentiles", () => {
  expect(latencyOf([7])).toEqual({ p50: 7, p95: 7, p99: 7, samples: 1 });
});

test("figures are ordered as numbers", () => {
  expect(latencyOf([1000, 9, 80]).p50).toBe(80);
});

test("nothing has no percentile", () => {
  expect(() => latencyOf([])).toThrow(RangeError);
});
