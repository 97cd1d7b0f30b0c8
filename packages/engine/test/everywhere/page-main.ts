/** Run by the page in the browser: fetches the job, leaves the report where the test looks for it. */
import { type PortableReport, runPortable } from "./portable.ts";

const page = globalThis as { report?: PortableReport | string };
try {
  page.report = await runPortable(await (await fetch("/job.json")).json());
} catch (error) {
  page.report = error instanceof Error ? (error.stack ?? error.message) : String(error);
}
