import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../support/test-governor.ts";

const child = fileURLToPath(new URL("../../support/full-disk-process.ts", import.meta.url));
/** A file system of 1 MiB of its own, in namespaces of its own: nobody else sees it, and it is gone with the process. */
const onSmallDisk = 'mount -t tmpfs -o size=1m flyball "$1" && exec "$2" --conditions=flyball-source "$3" "$1"';
const inNamespaces = "exec unshare --user --map-root-user --mount";

function canMount(): boolean {
  try {
    execFileSync("sh", ["-c", `${inNamespaces} mount -t tmpfs flyball /tmp`], { stdio: "ignore" });
    return true;
  } catch {
    process.stderr.write("SKIPPED: no file system of its own for the full disk (unshare with user namespaces)\n");
    return false;
  }
}

test.skipIf(!canMount())(
  "a full disk executes nothing that is not recorded, loses nothing, and is over when there is room",
  {
    timeout: 60_000,
  },
  async () => {
    const program = `${inNamespaces} sh -c '${onSmallDisk}' sh "$@"`;
    const args = ["-c", program, "sh", temporaryFolder(), process.execPath, child];
    const { stdout } = await promisify(execFile)("sh", args);
    expect(JSON.parse(stdout)).toEqual({
      full: {
        reason: "ENOSPC",
        storeError: "full",
        refused: ["refused", false, "store_unavailable"],
        ready: { ready: false, code: "store_unavailable" },
        again: true,
        paid: [1],
      },
      freed: { ready: { ready: true }, sameKey: "executed", paid: [1, 2] },
      // The disk filled up between the decision and the outcome: told as unknown, kept reserved, and settled by the key.
      settled: {
        unknown: ["unknown", true],
        reserved: ["7", "7"],
        report: { settled: 1, expired: 0, left: 0 },
        again: "executed",
        paid: [1, 2, 7],
      },
    });
  },
);
