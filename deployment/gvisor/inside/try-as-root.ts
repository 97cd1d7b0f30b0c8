// Run as root inside the sandbox: the image's files cannot be changed even so, because the filesystem is mounted read-only.
// Out: one JSON line in the form of end-to-end.ts.

import { writeFileSync } from "node:fs";

const problems = ["/app/policy.wasm", "/app/apps/advisor/dist/main.js", "/new"].flatMap((file) => {
  try {
    writeFileSync(file, "");
    return [`root could write ${file}`];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EROFS" ? [] : [`${file}: ${code} instead of EROFS`];
  }
});
process.stdout.write(`${JSON.stringify({ name: "even root cannot change the policy or the program", problems })}\n`);
