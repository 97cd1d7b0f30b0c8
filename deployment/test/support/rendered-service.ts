import { renderService, type TrafficTarget } from "../../release/service-template.ts";
import { readDeployment } from "./read-deployment.ts";

export const templateValues: Readonly<Record<string, string>> = {
  service: "flyball-advisor",
  revision: "flyball-advisor-abc1234",
  region: "europe-west3",
  image: `europe-west3-docker.pkg.dev/flyball-test/flyball/advisor@sha256:${"0".repeat(64)}`,
  network: "flyball",
  subnetwork: "flyball-run",
  network_tag: "flyball-advisor",
  service_account: "flyball-advisor@flyball-test.iam.gserviceaccount.com",
  project: "flyball-test",
  proxy_audience: "/projects/1234567890/global/backendServices/42",
  people_secret: "flyball-people",
  database_secret: "flyball-database-url",
  database_secret_version: "1",
};

export const oneRevision: readonly TrafficTarget[] = [{ revisionName: "flyball-advisor-abc1234", percent: 100 }];

/** The service as a release would write it. */
export function renderedService(): string {
  const values = new Map(Object.entries(templateValues));
  const result = renderService(readDeployment("service.yaml"), { values, traffic: oneRevision });
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.text;
}
