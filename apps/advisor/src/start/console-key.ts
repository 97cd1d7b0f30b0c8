import { randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const keyText = /^[A-Za-z0-9_-]{43}$/;

/**
 * What the page shows to be given development tokens: 256 random bits in a file of the state folder that only its owner may
 * read, made at the first start and kept, so that a page that is open goes on after a restart. A file that others could
 * have read or put there is replaced.
 */
export async function consoleKey(stateFolder: string): Promise<string> {
  const file = path.join(stateFolder, "console-key");
  const known = await readPrivate(file);
  if (known !== undefined && keyText.test(known)) return known;
  const key = randomBytes(32).toString("base64url");
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  await rm(file, { recursive: true, force: true });
  await writeFile(file, `${key}\n`, { mode: 0o600, flag: "wx" });
  return key;
}

/** Undefined where there is no file of our own that is closed to everybody else. */
async function readPrivate(file: string): Promise<string | undefined> {
  try {
    const { mode, uid } = await lstat(file);
    const isRegular = (mode & 0o170000) === 0o100000;
    if (!isRegular || (mode & 0o077) !== 0 || uid !== process.getuid?.()) return undefined;
    return (await readFile(file, "utf8")).trim();
  } catch {
    return undefined;
  }
}
