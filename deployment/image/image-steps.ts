// How the image comes to be, as one list. In: a checkout of this repository and an empty folder. Out: in that folder, what
// the image adds to its base. The Dockerfile runs these commands line by line (a test compares) and assemble-rootfs.ts
// runs them without Docker, so the two cannot drift apart. No step may put a compiler, npm or a test into the folder.

export interface ImageStep {
  readonly name: string;
  /** Program and arguments, from the root of the repository. */
  readonly command: readonly string[];
}

/** The steps with `out` as the folder. The Node that the image will run on lies in `out/nodejs/bin/node` before the last. */
export function imageSteps(out: string): readonly ImageStep[] {
  const flyball = ["node", "packages/cli/bin/flyball.js"];
  const entrypoint = ["--entrypoint", "finance/decision"];
  return [
    { name: "install and compile the packages", command: ["node", "tools/bootstrap.cjs", "--built"] },
    { name: "check the policies", command: [...flyball, "check", "--strict", "policies"] },
    { name: "test the policies", command: [...flyball, "test", "policies"] },
    { name: "gather what the service needs", command: ["node", "deployment/image/stage-app.ts", `${out}/app`] },
    {
      name: "compile the policies",
      command: [
        ...flyball,
        "build",
        "policies",
        "--data",
        "policies",
        ...entrypoint,
        "--output",
        `${out}/app/policy.wasm`,
      ],
    },
    { name: "prove that the result serves", command: ["node", "deployment/image/verify-app.ts", out] },
  ];
}
