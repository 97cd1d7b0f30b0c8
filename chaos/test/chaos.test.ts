// A short campaign of each kind, and one for each planted bug: what finds nothing when something is wrong shows nothing.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPostgres, postgresBackend } from "../src/backend/postgres-backend.ts";
import { sqliteBackend } from "../src/backend/sqlite-backend.ts";
import { type CampaignOptions, type CampaignReport, runCampaign } from "../src/campaign/run-campaign.ts";

async function postgresCampaign(binaries: string): Promise<CampaignReport> {
  const folder = temporaryFolder();
  const backend = await postgresBackend(binaries, folder);
  try {
    return await runCampaign({ seed: 20_261_123, kills: 4, brokerMode: "repeats", folder, backend });
  } finally {
    await backend.close();
  }
}

function campaign(over: Partial<CampaignOptions>): Promise<CampaignReport> {
  const folder = temporaryFolder();
  const backend = sqliteBackend(folder);
  return runCampaign({ seed: 20_261_123, kills: 4, brokerMode: "repeats", folder, backend, ...over });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-chaos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const binaries = findPostgres() ?? "";
if (binaries === "") console.warn("NO POSTGRESQL SERVER in /usr/lib/postgresql: chaos is NOT tested on PostgreSQL");

test.skipIf(binaries === "")(
  "nothing is lost and nothing happens twice on PostgreSQL, its server killed too",
  async () => {
    const report = await postgresCampaign(binaries);
    expect(report.problems).toEqual([]);
    expect(report.serverKills).toBeGreaterThan(0);
    expect(report.executed).toBeGreaterThan(0);
  },
  120_000,
);

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
    const { problems } = await campaign({ bug, kills: 3 });
    expect(problems).toContainEqual(expect.stringMatching(problem));
  },
  120_000,
);
