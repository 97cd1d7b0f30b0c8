import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { imageConfig } from "./image-config.ts";

const certificates = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Puts into `rootfs` what the base image gives the container where there is Docker: Node, the C and C++ libraries that it is
 * linked against, users, root certificates, a `/tmp`. The libraries are this machine's; everything above them is the same.
 */
export function copyRuntime(rootfs: string): void {
  const [target = ""] = imageConfig.entrypoint;
  const node = path.join(rootfs, target);
  mkdirSync(path.dirname(node), { recursive: true });
  copyFileSync(process.execPath, node);
  chmodSync(node, 0o755);
  for (const library of librariesOf(node)) copyInto(rootfs, library);
  for (const [name, mode] of [
    ["tmp", 0o1777],
    ["proc", 0o555],
    ["dev", 0o755],
    ["sys", 0o555],
  ] as const) {
    mkdirSync(path.join(rootfs, name), { recursive: true });
    chmodSync(path.join(rootfs, name), mode);
  }
  const { uid, gid } = imageConfig.user;
  mkdirSync(path.join(rootfs, "etc"), { recursive: true });
  writeFileSync(
    path.join(rootfs, "etc/passwd"),
    `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${uid}:${gid}:nonroot:/tmp:/sbin/nologin\n`,
  );
  writeFileSync(path.join(rootfs, "etc/group"), `root:x:0:\nnonroot:x:${gid}:\n`);
  writeFileSync(path.join(rootfs, "etc/hosts"), "127.0.0.1 localhost\n::1 localhost\n");
  writeFileSync(path.join(rootfs, "etc/nsswitch.conf"), "hosts: files dns\n");
  if (existsSync(certificates)) copyInto(rootfs, certificates);
}

/** The file itself where the machine has a link, at the same place. */
function copyInto(rootfs: string, file: string): void {
  const target = path.join(rootfs, file);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(realpathSync(file), target);
}

/** Absolute paths of the shared libraries and of the loader, as the loader itself finds them. */
export function librariesOf(program: string): readonly string[] {
  const lines = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...lines.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, file]) => file ?? "");
}
