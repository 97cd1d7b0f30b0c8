import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface Runsc {
  readonly path: string;
  readonly version: string;
}

export type RunscResult =
  | { readonly ok: true; readonly runsc: Runsc }
  | { readonly ok: false; readonly reason: string };

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** The first release whose package has the systrap platform; older ones know ptrace only. */
const release = "trixie";

/**
 * gVisor's runtime: the environment variable RUNSC, the PATH, or the package of Debian `trixie`, unpacked into `folder`
 * (which git ignores) without being installed. The package comes from the mirror that this machine's apt uses, and apt
 * verifies it.
 */
export function findRunsc(folder: string): RunscResult {
  const { RUNSC = "", PATH = "" } = process.env;
  const unpacked = path.join(folder, "usr/bin/runsc");
  const onPath = PATH.split(path.delimiter).map((each) => path.join(each, "runsc"));
  const found = [RUNSC, ...onPath, unpacked].find((each) => each !== "" && existsSync(each));
  if (found !== undefined) return probe(found);
  const problem = unpack(folder);
  return problem === undefined ? probe(unpacked) : { ok: false, reason: problem };
}

function probe(file: string): RunscResult {
  const { status, stdout, error } = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return { ok: false, reason: `${file} does not run: ${error?.message ?? `status ${status}`}` };
  return { ok: true, runsc: { path: file, version: /runsc version (\S+)/.exec(stdout)?.[1] ?? "unknown" } };
}

/** What went wrong, if anything. */
function unpack(folder: string): string | undefined {
  const missing = ["apt-get", "dpkg"].filter((program) => spawnSync(program, ["--version"]).status !== 0);
  if (missing.length > 0 || !existsSync(keyring)) {
    return "there is no runsc, and no apt with Debian's keys to get it with; set RUNSC to one";
  }
  const mirror = debianMirror();
  if (mirror === undefined) return "there is no runsc, and apt knows no Debian mirror to get it from; set RUNSC to one";
  for (const each of ["lists/partial", "archives/partial"]) mkdirSync(path.join(folder, each), { recursive: true });
  const list = path.join(folder, "sources.list");
  writeFileSync(list, `deb [signed-by=${keyring}] ${mirror} ${release} main\n`);
  const settings = {
    "Dir::Etc::SourceList": list,
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::State::Lists": path.join(folder, "lists"),
    "Dir::Cache": folder,
    "Dir::Cache::Archives": path.join(folder, "archives"),
    "APT::Sandbox::User": "root",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "20",
    "Acquire::https::Timeout": "20",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  try {
    for (const command of [
      ["update", "-qq"],
      ["download", "-qq", "runsc"],
    ]) {
      execFileSync("apt-get", [...options, ...command], { cwd: folder, stdio: "pipe", timeout: 180_000 });
    }
    const [archive] = globSync("runsc_*.deb", { cwd: folder });
    if (archive === undefined) return "apt downloaded no package named runsc";
    execFileSync("dpkg", ["-x", archive, "."], { cwd: folder, stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `the package runsc of Debian ${release} could not be had: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** The first address of a Debian archive in apt's own settings, in either of their two forms. */
function debianMirror(): string | undefined {
  const files = globSync("/etc/apt/{sources.list,sources.list.d/*.list,sources.list.d/*.sources}");
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  return /^(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(https?:\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
}
