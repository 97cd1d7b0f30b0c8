import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderService } from "../../release/service-template.ts";
import { readDeployment } from "../support/read-deployment.ts";
import { oneRevision, templateValues } from "../support/rendered-service.ts";

const template = readDeployment("service.yaml");

/** What is wrong with the values when these are exchanged. */
function problemsWith(over: Readonly<Record<string, string | undefined>>): readonly string[] {
  const values = new Map(
    Object.entries({ ...templateValues, ...over }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const result = renderService(template, { values, traffic: oneRevision });
  return result.ok ? [] : result.problems;
}

describe("the values of a service", () => {
  test("are taken when they are as they must be", () => {
    expect(problemsWith({})).toEqual([]);
  });

  test.each([
    ["an image by its tag", { image: "europe-west3-docker.pkg.dev/p/flyball/advisor:latest" }, /^image must be/],
    ["a secret's latest version", { database_secret_version: "latest" }, /^database_secret_version must be/],
    [
      "the default compute account",
      { service_account: "123-compute@developer.gserviceaccount.com" },
      /^service_account/,
    ],
    ["another service's audience", { proxy_audience: "https://id.example" }, /^proxy_audience must be/],
    ["an empty project", { project: "" }, /^project must be/],
    ["a missing audience", { proxy_audience: undefined }, /^proxy_audience is missing/],
    [
      "a value that ends its string",
      { proxy_audience: '/projects/1"\n          - name: HOST' },
      /^proxy_audience must be/,
    ],
    ["a value that opens a line", { service: "a\nkind: Job" }, /^service must be/],
    ["a revision in capitals", { revision: "Advisor" }, /^revision must be/],
    ["a name that the template does not have", { memory: "8Gi" }, /^memory is none of/],
    ["a name that every object has", { constructor: "x" }, /^constructor is none of/],
  ])("are refused: %s", (_, over, problem) => {
    expect(problemsWith(over)).toEqual([expect.stringMatching(problem)]);
  });

  test("are refused all at once", () => {
    expect(problemsWith({ project: "x", proxy_audience: "y", image: "z" })).toHaveLength(3);
  });
});

test("traffic that does not add up is refused", () => {
  const values = new Map(Object.entries(templateValues));
  const traffic = [{ revisionName: "flyball-advisor-abc1234", percent: 90 }];
  expect(renderService(template, { values, traffic })).toEqual({
    ok: false,
    problems: ["traffic must add up to 100 %, and is 90 %"],
  });
});

test("an audience of digits stays text", () => {
  const values = new Map(Object.entries(templateValues));
  const result = renderService(template, { values, traffic: oneRevision });
  if (!result.ok) throw new Error(result.problems.join());
  const { env } = parse(result.text).spec.template.spec.containers[0];
  expect(env).toContainEqual({ name: "FLYBALL_PROXY_AUDIENCE", value: templateValues["proxy_audience"] });
  expect(parse(result.text).spec.traffic).toEqual(oneRevision);
});
