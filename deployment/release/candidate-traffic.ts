import type { TrafficTarget } from "./service-template.ts";

/** The tag by which the new revision can be reached before it has traffic. */
const candidateTag = "candidate";

/**
 * Traffic for a deployment that nobody notices: who serves now goes on serving all of it, and the new revision gets none but a
 * tag. In: what `gcloud run services describe --format=json` prints. Answers text where it says something else.
 */
export function candidateTraffic(described: unknown, revision: string): readonly TrafficTarget[] | string {
  const targets = listOf(memberOf(memberOf(described, "status"), "traffic"));
  const serving: TrafficTarget[] = [];
  for (const target of targets) {
    const [name, percent] = [memberOf(target, "revisionName"), memberOf(target, "percent") ?? 0];
    if (typeof name !== "string" || typeof percent !== "number")
      return "a target of traffic has no revision or no share";
    if (percent === 0) continue;
    if (name === revision) return `${revision} has traffic already; a new revision needs a new name`;
    serving.push({ revisionName: name, percent });
  }
  if (serving.length === 0) return "no revision has traffic; create the service first (terraform apply)";
  return [...serving, { revisionName: revision, percent: 0, tag: candidateTag }];
}

/** Where the revision with the tag can be reached, once the service was replaced. */
export function candidateUrl(described: unknown): string | undefined {
  const targets = listOf(memberOf(memberOf(described, "status"), "traffic"));
  const candidate = targets.find((target) => memberOf(target, "tag") === candidateTag);
  const url = memberOf(candidate, "url");
  return typeof url === "string" ? url : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
