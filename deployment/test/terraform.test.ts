// What surrounds the service. The files are read with HashiCorp's own parser; where a terraform or tofu is found it also judges
// their form, and works out the service from the template, which must come to the same as a release's.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these placeholders are for others to fill in

import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse as parseHcl } from "@cdktn/hcl2json";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { deploymentFolder, readDeployment } from "./support/read-deployment.ts";
import { renderedService, templateValues } from "./support/rendered-service.ts";

type Block = Readonly<Record<string, unknown>>;

/** All files as one, resources by `type.name`. */
async function readTerraform(): Promise<{
  resources: ReadonlyMap<string, Block>;
  variables: Readonly<Record<string, Block>>;
  locals: Block;
}> {
  const resources = new Map<string, Block>();
  const variables: Record<string, Block> = {};
  const locals: Record<string, unknown> = {};
  for (const file of globSync("terraform/*.tf", { cwd: deploymentFolder }).sort()) {
    const parsed = (await parseHcl(file, readDeployment(file))) as {
      readonly resource?: Readonly<Record<string, Readonly<Record<string, readonly Block[]>>>>;
      readonly variable?: Readonly<Record<string, readonly Block[]>>;
      readonly locals?: readonly Block[];
    };
    for (const [type, named] of Object.entries(parsed.resource ?? {})) {
      for (const [name, [body]] of Object.entries(named)) resources.set(`${type}.${name}`, body ?? {});
    }
    for (const [name, [body]] of Object.entries(parsed.variable ?? {})) variables[name] = body ?? {};
    for (const body of parsed.locals ?? []) Object.assign(locals, body);
  }
  return { resources, variables, locals };
}

const { resources, variables, locals } = await readTerraform();

function resource(name: string): Block {
  const found = resources.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function ofType(type: string): readonly (readonly [string, Block])[] {
  return [...resources].filter(([name]) => name.startsWith(`${type}.`));
}

/** A nested block; HCL has a list of them. */
function block(parent: Block, name: string): Block {
  const [only, ...others] = (parent[name] ?? []) as readonly Block[];
  if (only === undefined || others.length > 0) throw new Error(`there is not one ${name}`);
  return only;
}

const program = ["terraform", "tofu"].find((each) => spawnSync(each, ["version"]).status === 0);
if (program === undefined)
  console.warn("neither terraform nor tofu is installed: form and template are NOT judged by it");

describe("the network", () => {
  const rules = ofType("google_compute_firewall");
  const egress = rules.filter(([, rule]) => rule["direction"] === "EGRESS");
  const allows = egress.filter(([, rule]) => rule["allow"] !== undefined);

  test("denies every packet out, to everybody, unless a rule before it allows", () => {
    const deny = resource("google_compute_firewall.deny_egress");
    expect(deny).toMatchObject({ direction: "EGRESS", destination_ranges: ["0.0.0.0/0"], priority: 65_534 });
    expect(block(deny, "deny")).toEqual({ protocol: "all" });
    expect(deny).not.toHaveProperty("target_tags");
    expect(deny).not.toHaveProperty("target_service_accounts");
    expect(deny).not.toHaveProperty("disabled");
  });

  test("has one way out: the restricted Google range, port 443", () => {
    const [[, way] = [], ...others] = allows.filter(([name]) => name !== "google_compute_firewall.allow_database");
    expect(others).toEqual([]);
    expect(way).toMatchObject({ destination_ranges: ["${local.restricted_range}"], priority: 1000 });
    expect(block(way ?? {}, "allow")).toEqual({ protocol: "tcp", ports: ["443"] });
    expect(locals["restricted_range"]).toBe("199.36.153.4/30");
  });

  test("allows beside it only the database's one address, which is inside", () => {
    const database = resource("google_compute_firewall.allow_database");
    expect(database["destination_ranges"]).toEqual(["${google_compute_address.database.address}/32"]);
    expect(block(database, "allow")).toEqual({ protocol: "tcp", ports: ["5432"] });
    expect(resource("google_compute_address.database")).toMatchObject({ address_type: "INTERNAL" });
  });

  test("lets nothing in", () => {
    const ingress = rules.filter(([, rule]) => rule["direction"] === "INGRESS");
    expect(ingress.map(([, rule]) => [rule["source_ranges"], rule["allow"]])).toEqual([[["0.0.0.0/0"], undefined]]);
  });

  test("has no route to the internet, and nothing that would translate addresses", () => {
    expect(resource("google_compute_network.flyball")["delete_default_routes_on_create"]).toBe(true);
    expect(ofType("google_compute_route").map(([, route]) => route["dest_range"])).toEqual([
      "${local.restricted_range}",
    ]);
    expect(ofType("google_compute_router_nat")).toEqual([]);
    expect(ofType("google_compute_router")).toEqual([]);
    expect(resource("google_compute_subnetwork.run")["private_ip_google_access"]).toBe(true);
  });

  test("resolves every Google API to the restricted range", () => {
    expect(resource("google_dns_managed_zone.googleapis")).toMatchObject({
      dns_name: "googleapis.com.",
      visibility: "private",
    });
    expect(resource("google_dns_record_set.restricted")["rrdatas"]).toBe("${local.restricted_addresses}");
    expect(resource("google_dns_record_set.all_googleapis")).toMatchObject({
      name: "*.googleapis.com.",
      type: "CNAME",
      rrdatas: ["restricted.googleapis.com."],
    });
    // Where the proxy's keys are.
    expect(resource("google_dns_record_set.all_gstatic")).toMatchObject({
      name: "*.gstatic.com.",
      rrdatas: "${local.restricted_addresses}",
    });
    // The addresses are the whole of 199.36.153.4/30.
    expect(locals["restricted_addresses"]).toEqual([4, 5, 6, 7].map((last) => `199.36.153.${last}`));
    expect(resource("google_dns_policy.logging")["enable_logging"]).toBe(true);
  });
});

describe("the rules above the service", () => {
  test("the perimeter restricts Cloud Run, and what can be asked from inside", () => {
    const status = block(resource("google_access_context_manager_service_perimeter.flyball"), "status");
    expect(status["restricted_services"]).toEqual(
      expect.arrayContaining(["run.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com"]),
    );
    expect(block(status, "vpc_accessible_services")).toEqual({
      enable_restriction: true,
      allowed_services: ["RESTRICTED-SERVICES"],
    });
  });

  test("no revision can ask for another way in or out, or for an image without attestation", () => {
    expect(locals["allowed_values"]).toEqual({
      "run.allowedIngress": ["internal-and-cloud-load-balancing"],
      "run.allowedVPCEgress": ["all-traffic"],
      "run.allowedBinaryAuthorizationPolicies": ["default"],
    });
    expect(locals["enforced"]).toContain("iam.disableServiceAccountKeyCreation");
  });

  test("an image starts only with an attestation, by this project's own key", () => {
    expect(block(resource("google_binary_authorization_policy.attested_only"), "default_admission_rule")).toEqual({
      evaluation_mode: "REQUIRE_ATTESTATION",
      enforcement_mode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
      require_attestations_by: ["${google_binary_authorization_attestor.build.name}"],
    });
    expect(resource("google_kms_crypto_key.attestor")["purpose"]).toBe("ASYMMETRIC_SIGN");
    expect(resource("google_artifact_registry_repository.images")["docker_config"]).toEqual([{ immutable_tags: true }]);
  });
});

describe("accounts, database and secrets", () => {
  const grants = [...resources].filter(([name]) => /_iam_(member|binding|policy)\./.test(name));

  test("the service's account may read two secrets and ask a model, and nothing else", () => {
    const own = grants.filter(([, grant]) => String(grant["member"]).includes("google_service_account.advisor"));
    expect(own.map(([name, grant]) => [name, grant["role"]])).toEqual([
      ["google_project_iam_member.advisor_asks_models", "roles/aiplatform.user"],
      ["google_secret_manager_secret_iam_member.advisor_reads_database_url", "roles/secretmanager.secretAccessor"],
      ["google_secret_manager_secret_iam_member.advisor_reads_people", "roles/secretmanager.secretAccessor"],
    ]);
  });

  test("nobody has a basic role, and no list of members is replaced as a whole", () => {
    for (const [name, grant] of grants) {
      expect(name).toContain("_iam_member.");
      expect(String(grant["role"])).not.toMatch(/^roles\/(owner|editor|viewer)$|[aA]dmin/);
      expect(String(grant["member"])).not.toMatch(/allUsers|allAuthenticatedUsers/);
    }
  });

  test("invokers cannot be everybody", () => {
    expect(JSON.stringify(variables["invokers"]?.["validation"])).toContain("allAuthenticatedUsers");
  });

  test("the database has no public address, takes only encrypted connections, and keeps its log", () => {
    const settings = block(resource("google_sql_database_instance.governor"), "settings");
    expect(block(settings, "ip_configuration")).toMatchObject({ ipv4_enabled: false, ssl_mode: "ENCRYPTED_ONLY" });
    expect(settings["availability_type"]).toBe("REGIONAL");
    expect(block(settings, "backup_configuration")).toMatchObject({
      enabled: true,
      point_in_time_recovery_enabled: true,
    });
    expect(settings["database_flags"]).toContainEqual({ name: "synchronous_commit", value: "on" });
  });

  test("no secret value is in Terraform, and so in its state", () => {
    expect(ofType("google_secret_manager_secret_version")).toEqual([]);
    expect(ofType("google_sql_user")).toEqual([]);
    expect(ofType("google_service_account_key")).toEqual([]);
  });
});

describe("the service", () => {
  test("is created from service.yaml and from nothing beside it", () => {
    const service = resource("google_cloud_run_v2_service.advisor");
    expect(String(locals["service"])).toContain('templatefile("${path.module}/../service.yaml"');
    const written = JSON.stringify([service["template"], service["ingress"], service["binary_authorization"]]);
    const literals = [...written.matchAll(/"([a-z_]+)":("[^$][^"]*"|\d+)/g)].map(([, name]) => name);
    expect(literals).toEqual([]);
    expect(service["deletion_protection"]).toBe(true);
  });

  test("knows no other environment than gen1 and no other egress than all of it", () => {
    expect(locals["execution_environments"]).toEqual({ gen1: "EXECUTION_ENVIRONMENT_GEN1" });
    expect(locals["egress"]).toEqual({ "all-traffic": "ALL_TRAFFIC" });
    expect(locals["ingress"]).toEqual({
      "internal-and-cloud-load-balancing": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    });
  });

  test("leaves to releases what releases change, and no more", () => {
    const service = resource("google_cloud_run_v2_service.advisor");
    const ignored = block(service, "lifecycle")["ignore_changes"];
    expect(JSON.stringify(ignored)).toContain("template[0].containers[0].image");
    expect(JSON.stringify(ignored)).not.toMatch(/"\$\{template\}"|vpc_access|execution_environment|service_account/);
  });
});

describe.skipIf(program === undefined)("judged by terraform itself", () => {
  const terraform = (args: readonly string[], cwd: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(program ?? "", args, {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: cwd, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
    });

  test("the files are formatted", () => {
    const { status, stdout } = terraform(["fmt", "-check", "-diff"], path.join(deploymentFolder, "terraform"));
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  test("the template comes to the same service as in a release", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "flyball-terraform-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(path.join(deploymentFolder, "service.yaml"), path.join(folder, "service.yaml"));
    const values = Object.entries({ ...templateValues, traffic: "[]" }).map(
      ([name, value]) => `${name} = ${JSON.stringify(value)}`,
    );
    const main = [
      "locals {",
      '  service = yamldecode(templatefile("${path.module}/service.yaml", {',
      ...values,
      "  }))",
      // As service.tf reads them; a shape that it cannot read fails here.
      '  interface = one(jsondecode(local.service.spec.template.metadata.annotations["run.googleapis.com/network-interfaces"]))',
      "  env = { for each in one(local.service.spec.template.spec.containers).env : each.name => try(each.value, null) }",
      "}",
      'output "service" { value = jsonencode(local.service) }',
      'output "tags" { value = local.interface.tags }',
      'output "env" { value = local.env }',
    ].join("\n");
    writeFileSync(path.join(folder, "main.tf"), main);
    expect(terraform(["init", "-input=false"], folder)).toMatchObject({ status: 0 });
    expect(terraform(["apply", "-auto-approve", "-input=false"], folder)).toMatchObject({ status: 0 });
    const outputs = JSON.parse(terraform(["output", "-json"], folder).stdout);
    const { spec, metadata } = parse(renderedService());
    const service = JSON.parse(outputs.service.value);
    expect(service.metadata).toEqual(metadata);
    expect(service.spec.template).toEqual(spec.template);
    expect(outputs.tags.value).toEqual(["flyball-advisor"]);
    expect(outputs.env.value).toMatchObject({
      DATABASE_URL: null,
      FLYBALL_PROXY_AUDIENCE: templateValues["proxy_audience"],
    });
  });
});
