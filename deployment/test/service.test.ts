// What the Cloud Run service is, as the platform will read it.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { imageConfig } from "../image/image-config.ts";
import { templateNames } from "../release/service-template.ts";
import { deploymentFolder, readDeployment } from "./support/read-deployment.ts";
import { renderedService } from "./support/rendered-service.ts";

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: number };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

const service = parse(renderedService());
const revision = service.spec.template;
const annotations: Readonly<Record<string, unknown>> = revision.metadata.annotations;
const [container] = revision.spec.containers;
const startup: Probe = container.startupProbe;
const liveness: Probe = container.livenessProbe;
const environment: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[] =
  container.env;
const settingOf = (name: string): string | undefined => environment.find((each) => each.name === name)?.value;
const memoryMb = Number(/^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1]);

/** What the container's program says on standard error; it must not start. */
function startWith(settings: Readonly<Record<string, string>>): string {
  const program = path.join(deploymentFolder, "../apps/advisor/src/main.ts");
  const { status, stderr } = spawnSync(process.execPath, ["--conditions=flyball-source", program], {
    env: { ...settings, FLYBALL_POLICY: "/nowhere/policy.wasm" },
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(status).toBe(1);
  return stderr;
}

describe("the service", () => {
  test("is one container and has no sidecar, no init container, and no volume but the people", () => {
    expect(revision.spec.containers).toHaveLength(1);
    expect(Object.keys(revision.spec).sort()).toEqual(
      ["containerConcurrency", "containers", "serviceAccountName", "timeoutSeconds", "volumes"].sort(),
    );
    expect(revision.spec.volumes).toEqual([
      { name: "people", secret: { secretName: "flyball-people", items: [{ key: "latest", path: "people.json" }] } },
    ]);
    expect(container.volumeMounts).toEqual([{ name: "people", mountPath: "/etc/flyball" }]);
    expect(annotations).not.toHaveProperty(["run.googleapis.com/container-dependencies"]);
  });

  test("runs in the first-generation environment, which is gVisor, and does not leave it to the platform", () => {
    expect(annotations["run.googleapis.com/execution-environment"]).toBe("gen1");
  });

  test("sends all of its traffic through the VPC, as the one interface that the firewall's tag is on", () => {
    expect(annotations["run.googleapis.com/vpc-access-egress"]).toBe("all-traffic");
    const interfaces: unknown = JSON.parse(String(annotations["run.googleapis.com/network-interfaces"]));
    expect(interfaces).toEqual([{ network: "flyball", subnetwork: "flyball-run", tags: ["flyball-advisor"] }]);
  });

  test("is not reached from the internet, and starts only attested images", () => {
    expect(service.metadata.annotations).toEqual({
      "run.googleapis.com/ingress": "internal-and-cloud-load-balancing",
      "run.googleapis.com/binary-authorization": "default",
    });
  });

  test("has an account of its own, and an image by digest", () => {
    expect(revision.spec.serviceAccountName).toBe("flyball-advisor@flyball-test.iam.gserviceaccount.com");
    expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
  });

  test("becomes ready by its own word, with two minutes for the way into the VPC to open", () => {
    expect(startup.httpGet).toEqual({ path: "/health/ready", port: imageConfig.port });
    expect(startup.periodSeconds * startup.failureThreshold).toBeGreaterThanOrEqual(120);
  });

  test("is restarted when it does not answer, and not when its database does not", () => {
    expect(liveness.httpGet).toEqual({ path: "/health/live", port: imageConfig.port });
  });

  test.each([
    ["startup", startup],
    ["liveness", liveness],
  ])("has a %s probe whose timeout is below its period", (_, { timeoutSeconds, periodSeconds }) => {
    expect(timeoutSeconds).toBeLessThan(periodSeconds);
  });

  test("gets settings that the service starts with on Cloud Run, and without any of which it does not", () => {
    const given = Object.fromEntries(
      environment.map(({ name, value }) => [name, value ?? "postgres://from-the-secret"]),
    );
    const settings = { ...imageConfig.environment, ...given, K_SERVICE: "flyball-advisor" };
    // With all of them it goes on to the policy, which is not there.
    expect(startWith(settings)).toContain("no policy could be loaded");
    for (const name of ["FLYBALL_PROXY_AUDIENCE", "FLYBALL_PEOPLE_FILE", "DATABASE_URL", "GOOGLE_GENAI_USE_VERTEXAI"]) {
      expect(startWith({ ...settings, [name]: "" })).toContain(name);
    }
  });

  test("waits longer for an answer than the service lets itself take, and bounds what one instance takes on", () => {
    // A turn of a chat takes at most 25 s.
    expect(revision.spec.timeoutSeconds).toBeGreaterThan(25);
    expect(revision.spec.timeoutSeconds).toBeLessThanOrEqual(60);
    expect(revision.spec.containerConcurrency).toBeGreaterThan(0);
    expect(revision.spec.containerConcurrency).toBeLessThanOrEqual(80);
    expect(Number(annotations["autoscaling.knative.dev/maxScale"])).toBeGreaterThan(0);
  });

  test("has limits of memory and processor, and a heap that leaves room below the first", () => {
    expect(container.resources.limits).toEqual({ cpu: "1", memory: "512Mi" });
    const heapMb = Number(/^--max-old-space-size=(\d+)$/.exec(settingOf("NODE_OPTIONS") ?? "")?.[1]);
    expect(heapMb).toBeGreaterThan(0);
    expect(heapMb).toBeLessThanOrEqual(memoryMb * 0.6);
  });

  test("gets its database from a secret, by the number of a version", () => {
    const database = environment.find(({ name }) => name === "DATABASE_URL");
    expect(database).toEqual({
      name: "DATABASE_URL",
      valueFrom: { secretKeyRef: { name: "flyball-database-url", key: "1" } },
    });
  });

  test("gets every setting as text, and none that the platform sets itself", () => {
    for (const { name, value, valueFrom } of environment) {
      expect(typeof (value ?? valueFrom), name).toMatch(/string|object/);
      expect(["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"]).not.toContain(name);
    }
    expect(container.ports).toEqual([{ name: "http1", containerPort: imageConfig.port }]);
  });

  test("asks for no path that the platform could take for itself", () => {
    for (const { httpGet } of [startup, liveness]) expect(httpGet?.path).not.toMatch(/z$/);
  });

  test("names in its template all values that it is rendered with, and no other", () => {
    const template = readDeployment("service.yaml");
    const names = new Set([...template.matchAll(/\$\{([^}]*)\}/g)].map(([, name = ""]) => name));
    expect([...names].sort()).toEqual([...templateNames, "traffic"].sort());
  });
});
