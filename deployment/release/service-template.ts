// deployment/service.yaml with its ${NAMES} filled in. In: the template and a value for each name. Out: the text that
// `gcloud run services replace` takes, or every reason why not. Values become part of a YAML document, so each has to look
// as its kind does; nothing that could end a string or open a new line gets in.

const digest = "@sha256:[0-9a-f]{64}";
const name = "[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?";

const patterns = {
  service: {
    pattern: `[a-z](?:[-a-z0-9]{0,47}[a-z0-9])?`,
    what: "a name of at most 49 lower-case letters, digits and dashes",
  },
  revision: { pattern: name, what: "a name of lower-case letters, digits and dashes" },
  region: { pattern: "[a-z]+-[a-z]+[0-9]+", what: "a region, such as europe-west3" },
  image: {
    pattern: `[-a-z0-9.]+(?:/[-a-z0-9._]+)+${digest}`,
    what: "an image by digest, registry/path@sha256:..., because a tag can be moved",
  },
  network: { pattern: name, what: "the name of a VPC network" },
  subnetwork: { pattern: name, what: "the name of a subnetwork" },
  network_tag: { pattern: name, what: "a network tag" },
  service_account: {
    pattern: `${name}@${name}[.]iam[.]gserviceaccount[.]com`,
    what: "a service account of its own, NAME@PROJECT.iam.gserviceaccount.com",
  },
  project: { pattern: "[a-z][-a-z0-9]{4,28}[a-z0-9]", what: "the id of a project" },
  proxy_audience: {
    pattern: "/projects/[0-9]+/(?:global/backendServices/[0-9]+|locations/[-a-z0-9]+/services/[-a-z0-9]+)",
    what: "the audience of the identity-aware proxy, such as /projects/1/global/backendServices/2",
  },
  people_secret: { pattern: "[A-Za-z][-A-Za-z0-9_]{0,254}", what: "the name of a secret" },
  database_secret: { pattern: "[A-Za-z][-A-Za-z0-9_]{0,254}", what: "the name of a secret" },
  database_secret_version: {
    pattern: "[1-9][0-9]*",
    what: "the number of a version, because latest can change under a revision",
  },
} as const;

export type TemplateName = keyof typeof patterns;

export const templateNames: readonly TemplateName[] = Object.keys(patterns) as TemplateName[];

/** One target of the service's traffic, as Cloud Run writes it. */
export interface TrafficTarget {
  readonly revisionName: string;
  readonly percent: number;
  readonly tag?: string;
}

export type RenderResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly string[] };

export function renderService(
  template: string,
  given: { readonly values: ReadonlyMap<string, string>; readonly traffic: readonly TrafficTarget[] },
): RenderResult {
  const { values, traffic } = given;
  const problems = [...values.keys()]
    .filter((key) => !Object.hasOwn(patterns, key))
    .map((key) => `${key} is none of ${templateNames.join(", ")}`);
  for (const key of templateNames) {
    const { pattern, what } = patterns[key];
    const value = values.get(key);
    if (value === undefined) problems.push(`${key} is missing: ${what}`);
    else if (!new RegExp(`^${pattern}$`).test(value))
      problems.push(`${key} must be ${what}, and is ${JSON.stringify(value)}`);
  }
  const sum = traffic.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) problems.push(`traffic must add up to 100 %, and is ${sum} %`);
  if (problems.length > 0) return { ok: false, problems };
  // Comments may speak of a ${NAME}; only names that are known are replaced.
  const text = template.replaceAll(/\$\{([a-z_]+)\}/g, (whole, key: string) =>
    key === "traffic" ? JSON.stringify(traffic) : (values.get(key) ?? whole),
  );
  return { ok: true, text };
}
