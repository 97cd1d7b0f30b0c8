"use strict";
// Runs `npm ci` in a folder and leaves a stamp that says for which lockfile and machine it finished. An install that was
// interrupted leaves no stamp, so the next run repairs it.

const { spawn } = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");

/** What npm tells its scripts about the command it is running must not reach another npm that a script starts. */
const INHERITED_FROM_NPM =
  /^npm_(lifecycle|package|command|node_execpath|execpath|old|new|config_(local_prefix|workspaces?|include_workspace_root|omit|include|only|production|dev|optional|dry_run|global|location|package_lock|package_lock_only|prefix|ignore_scripts))/i;

function cleanEnvironment() {
  const env = {};
  for (const name of Object.keys(process.env)) {
    if (!INHERITED_FROM_NPM.test(name)) env[name] = process.env[name];
  }
  return env;
}

/** What an installed folder depends on: the lockfile's bytes and the machine, since packages with binaries differ by it. */
function stampOf(folder) {
  const lockfile = fs.readFileSync(path.join(folder, "package-lock.json"));
  const digest = crypto.createHash("sha256").update(lockfile).digest("hex");
  return `${digest} ${process.platform}-${process.arch}`;
}

function stampFile(folder) {
  return path.join(folder, "node_modules", ".flyball-stamp");
}

/** `{ installed, note }`: the note is what was written after the stamp by whoever verified the installation. */
function readStamp(folder) {
  let text;
  try {
    text = fs.readFileSync(stampFile(folder), "utf8");
  } catch {
    return { installed: false, note: "" };
  }
  const lines = text.split("\n");
  return { installed: lines[0] === stampOf(folder), note: lines[1] || "" };
}

function writeStamp(folder, note) {
  fs.writeFileSync(stampFile(folder), `${stampOf(folder)}\n${note}\n`);
}

/** The npm that started us, else the one in PATH. Yarn and pnpm set the same variable; they cannot read this lockfile. */
function npmCommand() {
  const script = process.env.npm_execpath || "";
  if (/npm-cli\.(c|m)?js$/.test(script) && fs.existsSync(script)) return { command: process.execPath, first: [script] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", first: [] };
}

/**
 * Installs what the lockfile of `folder` names. No package's install script is run: none is needed. Nothing goes to
 * standard output, which belongs to the command that was asked for. `onStart` gets npm's process.
 */
function npmCi(folder, onStart) {
  const npm = npmCommand();
  const options = [
    "--include=dev",
    "--include=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(npm.command, npm.first.concat("ci", options), {
      cwd: folder,
      env: cleanEnvironment(),
      shell: process.platform === "win32",
      stdio: ["ignore", "ignore", 2],
    });
    child.on("error", (error) => {
      const missing = "npm was not found in PATH. It comes with Node: https://nodejs.org";
      reject(new Error(error.code === "ENOENT" ? missing : `npm could not be started: ${error.message}`));
    });
    child.on("exit", (code, signal) => {
      if (code === 0) return resolve();
      const place = path.relative(process.cwd(), folder) || "this folder";
      const end = signal ? `was ended by ${signal}` : `ended with status ${code}`;
      reject(new Error(`npm ci in ${place} ${end}; what it said stands above.`));
    });
    if (child.pid !== undefined) onStart(child);
  });
}

module.exports = { cleanEnvironment, npmCi, readStamp, writeStamp };
