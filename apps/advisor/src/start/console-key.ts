import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const keyText = /^[A-Za-z0-9_-]{43}$/;

/**
 * What the page shows to be given development tokens: 256 random bits in a file of the state folder that only its owner may
 * read, made at the first start and kept, so that a page that is open goes on after a restart.
 */
export async function consoleKey(stateFolder: string): Promise<string> {
  const file = path.join(stateFolder, "console-key");
  const known = await readFile(file, "utf8").catch(() => "");
  if (keyText.test(known.trim())) return known.trim();
  const key = randomBytes(32).toString("base64url");
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  return key;
}
