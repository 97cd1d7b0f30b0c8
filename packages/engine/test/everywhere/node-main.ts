/** Run by other versions of Node: reads a job from the file that is named first, prints the report. */
import { readFileSync } from "node:fs";
import { runPortable } from "./portable.ts";

const report = await runPortable(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
process.stdout.write(JSON.stringify(report));
