// A short campaign of each kind, and one for each planted bug: what finds nothing when something is wrong shows nothing.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type CampaignOptions, type CampaignReport, runCampaign } from "../src/campaign/run-campaign.ts";

function campaign(over: Partial<CampaignOptions>): Promise<CampaignReport> {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-chaos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return runCampaign({ seed: 20_261_123, kills: 4, brokerMode: "repeats", folder, ...over });
}

test.each(["deduplicates", "repeats"] as const)(
  "nothing is lost and nothing happens twice, with a broker that %s",
  async (brokerMode) => {
    const report = await campaign({ brokerMode });
    expect(report.problems).toEqual([]);
    expect(report.killsByPhase).toEqual({ before: 1, during: 1, after: 1, any: 1 });
    expect(report.executed).toBeGreaterThan(0);
    expect(report.reviews).toBeGreaterThan(0);
  },
  120_000,
);

const finds = [
  ["late_intent", /of which the store knows nothing/],
  ["double_resume", /executed twice|was closed 2 times/],
  ["lost_release", /still has \d+ reserved/],
] as const;
test.each(finds)(
  "the planted bug %s is found",
  async (bug, problem) => {
    const { problems } = await campaign({ bug });
    expect(problems).toContainEqual(expect.stringMatching(problem));
  },
  120_000,
);
