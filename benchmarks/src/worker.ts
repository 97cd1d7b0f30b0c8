/** A measuring process: one engine, one case. In: the path of a request. Out: a measurement on standard output, or a reason on standard error. */
import { readFileSync } from "node:fs";
import type { EngineName } from "./engine-names.ts";
import { openCasbin } from "./engines/open-casbin.ts";
import { openCedar } from "./engines/open-cedar.ts";
import { openFlyball } from "./engines/open-flyball.ts";
import { openHandwritten } from "./engines/open-handwritten.ts";
import { openOpaHttp } from "./engines/open-opa-http.ts";
import { openOpaWasm } from "./engines/open-opa-wasm.ts";
import { measureAsync, measureSync } from "./measure.ts";
import type { Job } from "./prepare-case.ts";
import type { Measurement } from "./run-worker.ts";

interface Request {
  readonly engine: EngineName;
  readonly job: Job;
  readonly milliseconds: number;
}

export interface CaseDocuments {
  readonly data: unknown;
  readonly inputs: readonly unknown[];
  readonly want: readonly unknown[];
}

async function work({ engine, job, milliseconds }: Request): Promise<Measurement> {
  const documents = JSON.parse(readFileSync(job.casePath, "utf8")) as CaseDocuments;
  switch (engine) {
    case "handwritten":
      return measureSync(await openHandwritten(job, documents), documents, { milliseconds, setsInAnyOrder: false });
    case "flyball":
    case "flyball-read":
    case "flyball-encoder":
    case "flyball-encoder-read": {
      const decide = await openFlyball(job, {
        data: documents.data,
        accessors: engine.endsWith("-read") ? "read" : "refuse",
        encoder: engine.startsWith("flyball-encoder"),
      });
      return measureSync(decide, documents, { milliseconds, setsInAnyOrder: false });
    }
    case "flyball-uncounted": {
      const uncounted = { ...job, flyballModule: job.uncountedModule, flyballEncoder: job.uncountedEncoder };
      const decide = await openFlyball(uncounted, { data: documents.data, accessors: "read", encoder: true });
      return measureSync(decide, documents, { milliseconds, setsInAnyOrder: false });
    }
    case "opa-wasm":
      return measureSync(await openOpaWasm(job, documents), documents, { milliseconds, setsInAnyOrder: true });
    case "cedar-wasm":
      return measureSync(await openCedar(), documents, { milliseconds, setsInAnyOrder: false });
    case "casbin":
      return measureSync(await openCasbin(), documents, { milliseconds, setsInAnyOrder: false });
    case "opa-http": {
      const server = await openOpaHttp(job);
      try {
        return await measureAsync(server.decide, documents, milliseconds);
      } finally {
        await server.close();
      }
    }
  }
}

const [path = ""] = process.argv.slice(2);
try {
  process.stdout.write(JSON.stringify(await work(JSON.parse(readFileSync(path, "utf8")) as Request)));
} catch (error) {
  // The official OPA host throws texts and plain objects.
  const message = typeof error === "string" ? error : (error as { readonly message: string }).message;
  process.stderr.write(`bench: ${message.split("\n")[0]}\n`);
  process.exitCode = 1;
}
