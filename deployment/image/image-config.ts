/**
 * How the container runs: what the Dockerfile's last stage says (a test compares), and what the sandbox of
 * `npm run test:gvisor` is given.
 */
export interface ImageConfig {
  /** Numeric, so that "runs as non-root" can be seen without a look into the image's passwd. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
}

export const imageConfig: ImageConfig = Object.freeze({
  user: { uid: 65_532, gid: 65_532 },
  // `__proto__` is no way into any object of this process.
  entrypoint: ["/nodejs/bin/node", "--disable-proto=delete"],
  command: ["/app/apps/advisor/dist/main.js"],
  workingFolder: "/app",
  environment: {
    NODE_ENV: "production",
    HOST: "0.0.0.0",
    PORT: "8080",
    FLYBALL_POLICY: "/app/policy.wasm",
    // The only place that can be written. On Cloud Run it is the instance's memory, and gone with it.
    FLYBALL_STATE: "/tmp/flyball",
  },
  port: 8080,
});
