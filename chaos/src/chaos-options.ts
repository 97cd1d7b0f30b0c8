import { parseArgs } from "node:util";
import { type PlantedBug, plantedBugs } from "./service/planted-bug.ts";

export interface ChaosOptions {
  readonly store: "sqlite" | "postgres";
  readonly kills: number;
  readonly seed: number;
  /** After how long no further kill begins. */
  readonly minutes: number;
  readonly bug: PlantedBug | undefined;
  readonly brokers: readonly ("deduplicates" | "repeats")[];
}

const usage = `usage: npm run chaos -- [--store sqlite|postgres] [--kills N] [--minutes N] [--seed N] [--broker deduplicates|repeats] [--bug ${plantedBugs.join("|")}]
--kills  of the service, over both kinds of broker together (40; 500 for the full run)
--minutes  after which no further kill begins (600), half of them for each kind of broker
--bug    plants a bug in the service's store, which must then be found
`;

/** The options, or what to print where they are none. */
export function parseChaosOptions(args: readonly string[], randomSeed: number): ChaosOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        store: { type: "string", default: "sqlite" },
        kills: { type: "string", default: "40" },
        minutes: { type: "string", default: "600" },
        seed: { type: "string", default: String(randomSeed) },
        broker: { type: "string" },
        bug: { type: "string" },
      },
    });
    const store = oneOf(storeNames, values.store);
    if (store === "postgres" && values.bug !== undefined)
      throw new RangeError("bugs are planted in the SQLite store alone");
    return {
      store,
      kills: count(values.kills, 100_000),
      minutes: count(values.minutes, 10_000),
      seed: count(values.seed, 2 ** 32),
      bug: values.bug === undefined ? undefined : oneOf(plantedBugs, values.bug),
      brokers: values.broker === undefined ? brokerModes : [oneOf(brokerModes, values.broker)],
    };
  } catch (error) {
    return `chaos: ${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}

const storeNames = ["sqlite", "postgres"] as const;
const brokerModes = ["deduplicates", "repeats"] as const;

function oneOf<Name extends string>(names: readonly Name[], text: string): Name {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new RangeError(`"${text}" is none of ${names.join(", ")}`);
  return found;
}

function count(text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new RangeError(`"${text}" is no whole number from 1 to ${most}`);
  return value;
}
