import { describe, expect, test } from "vitest";
import { candidateTraffic, candidateUrl } from "../../release/candidate-traffic.ts";

const described = (traffic: readonly object[]): object => ({ status: { traffic } });

describe("the traffic of a deployment that nobody notices", () => {
  test("stays with who serves now, and gives the new revision a tag", () => {
    expect(candidateTraffic(described([{ revisionName: "a-1", percent: 100 }]), "a-2")).toEqual([
      { revisionName: "a-1", percent: 100 },
      { revisionName: "a-2", percent: 0, tag: "candidate" },
    ]);
  });

  test("stays split where it was, and forgets candidates that never served", () => {
    const now = [
      { revisionName: "a-1", percent: 70, latestRevision: false },
      { revisionName: "a-2", percent: 30 },
      { revisionName: "a-3", tag: "candidate" },
    ];
    expect(candidateTraffic(described(now), "a-4")).toEqual([
      { revisionName: "a-1", percent: 70 },
      { revisionName: "a-2", percent: 30 },
      { revisionName: "a-4", percent: 0, tag: "candidate" },
    ]);
  });

  test.each([
    ["a service that serves nothing", described([]), /create the service first/],
    ["something else than a service", { items: [] }, /create the service first/],
    ["nothing", null, /create the service first/],
    ["a target without a revision", described([{ percent: 100 }]), /no revision or no share/],
    ["a share in words", described([{ revisionName: "a-1", percent: "all" }]), /no revision or no share/],
    ["a revision that serves already", described([{ revisionName: "a-2", percent: 100 }]), /has traffic already/],
  ])("is refused for %s", (_, serving, problem) => {
    expect(candidateTraffic(serving, "a-2")).toEqual(expect.stringMatching(problem));
  });
});

test("the candidate's address is that of the tag", () => {
  const url = "https://candidate---flyball-advisor-abc.a.run.app";
  const traffic = [
    { revisionName: "a-1", percent: 100 },
    { revisionName: "a-2", tag: "candidate", url },
  ];
  expect(candidateUrl(described(traffic))).toBe(url);
  expect(candidateUrl(described([{ revisionName: "a-1", percent: 100 }]))).toBeUndefined();
});
