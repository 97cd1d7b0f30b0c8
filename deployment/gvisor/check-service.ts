import { imageConfig } from "../image/image-config.ts";
import { issuerSettings, type Place } from "./place.ts";

export interface Check {
  readonly name: string;
  /** Empty where it holds. */
  readonly problems: readonly string[];
}

/** SIGKILL follows SIGTERM after this on Cloud Run. */
const graceMs = 10_000;

/** What must have been said from inside; a program that ends early is noticed by what it did not say. */
const expected = [
  "it is live and ready",
  "nobody acts without a token, or with a forged one",
  "one action is executed, one refused, one suspended",
  "the page is whole, and allows nothing from elsewhere",
  "the log holds these three decisions",
  "it runs as an account that is not root, without capabilities",
  "nothing but /tmp can be written",
  "even root cannot change the policy or the program",
] as const;

/** The service's end-to-end check inside the sandbox, from its start to its end on SIGTERM. */
export async function checkService(place: Place): Promise<readonly Check[]> {
  const service = await place.start();
  try {
    const environment = {
      ...issuerSettings,
      FLYBALL_KEYS_URL: service.keysUrl,
      CHECK_URL: service.url,
      CHECK_PID: String(service.pid),
      CHECK_UID: String(imageConfig.user.uid),
    };
    const output = [
      await service.run("end-to-end.ts", environment),
      await service.run("try-as-root.ts", {}, "0:0"),
    ].join("\n");
    const said = output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Check);
    const checks = expected.map(
      (name) => said.find((check) => check.name === name) ?? { name, problems: ["it was not reported"] },
    );
    const { status, milliseconds } = await service.stop();
    const stopped = [
      ...(status === 0 ? [] : [`exit status ${status}`]),
      ...(milliseconds < graceMs ? [] : [`it took ${Math.round(milliseconds)} ms`]),
    ];
    return [...checks, { name: "SIGTERM ends it in good order, in less than 10 s", problems: stopped }];
  } finally {
    service.remove();
  }
}
