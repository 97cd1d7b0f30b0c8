import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type AdvisorData, handwrittenAdvisor } from "../src/advisor.handwritten.ts";
import { advisorActions } from "../src/advisor-actions.ts";

const FOLDERS = ["tools", "order", "limits", "quality", "suitability", "exposure"];

const data = Object.fromEntries(
  FOLDERS.map((folder) => [
    folder,
    JSON.parse(readFileSync(new URL(`../../policies/${folder}/data.json`, import.meta.url), "utf8")),
  ]),
) as unknown as AdvisorData;

test("the same seed gives the same actions, another one others", () => {
  expect(advisorActions(50, 7)).toEqual(advisorActions(50, 7));
  expect(advisorActions(50, 7)).not.toEqual(advisorActions(50, 8));
});

test("a thousand actions are a working day: most are allowed, some reviewed, some refused for many reasons", () => {
  const decide = handwrittenAdvisor(data);
  const decisions = advisorActions(1000, 1).map(decide);
  const count = (effect: string) => decisions.filter(({ decision }) => decision === effect).length;
  expect(count("ALLOW")).toBeGreaterThan(400);
  expect(count("MANUAL_REVIEW")).toBeGreaterThan(100);
  expect(count("DENY")).toBeGreaterThan(100);
  const codes = new Set(decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
  expect(codes.size).toBeGreaterThan(12);
});
