import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Undefined, and a line on standard error, where there is no browser to be had. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM = "", PATH = "" } = process.env;
  const onPath = PATH.split(path.delimiter).flatMap((folder) =>
    ["chromium", "chromium-browser", "google-chrome"].map((name) => path.join(folder, name)),
  );
  const found = [CHROMIUM, ...onPath, "/usr/bin/chromium"].find((file) => file !== "" && isProgram(file));
  if (found === undefined) {
    process.stderr.write(
      "SKIPPED: no Chromium (apt-get install chromium, or CHROMIUM=/path): the page is NOT tested\n",
    );
  }
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
