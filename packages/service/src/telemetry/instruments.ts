// What the service measures about itself, as OpenTelemetry instruments. In: a meter (the application's kit, or none). Out: calls
// that the service makes as things happen. Nothing a caller sends becomes a label: names of tools and routes are those that are
// registered, codes come from closed lists, so the number of series is bounded.

import type { DecisionRecord } from "@flyball/governor";
import { createNoopMeter, type Meter } from "@opentelemetry/api";

export interface Instruments {
  readonly requestBegan: () => void;
  readonly requestEnded: (request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly milliseconds: number;
  }) => void;
  readonly decided: (record: DecisionRecord) => void;
}

/** Seconds. From a decision in process to one that waits for facts until the deadline. */
const decisionBuckets = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 10];
/** Seconds; those of the semantic conventions for HTTP, and one for a turn of a chat. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25];

export function createInstruments(
  meter: Meter = createNoopMeter(),
  knowsTool: (name: string) => boolean = () => false,
): Instruments {
  const active = meter.createUpDownCounter("http.server.active_requests", {
    description: "Requests that are being worked on.",
    unit: "{request}",
  });
  const requests = meter.createHistogram("http.server.request.duration", {
    description: "Time from a request's headers to the end of its answer.",
    unit: "s",
    advice: { explicitBucketBoundaries: requestBuckets },
  });
  const decisions = meter.createCounter("flyball.decisions", {
    description: "Decisions that are on record, by effect, cause and tool.",
    unit: "{decision}",
  });
  const durations = meter.createHistogram("flyball.decision.duration", {
    description: "Time from taking up an action to its closed decision: facts included, storing excluded.",
    unit: "s",
    advice: { explicitBucketBoundaries: decisionBuckets },
  });
  return {
    requestBegan: () => active.add(1),
    requestEnded: ({ method, route, status, milliseconds }) => {
      active.add(-1);
      requests.record(milliseconds / 1_000, {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
      });
    },
    decided: ({ decision, kind, tool, durationNs }) => {
      const labels = { effect: decision.effect, cause: decision.cause, kind, tool: knowsTool(tool) ? tool : "other" };
      // A policy's codes are its own and may be many; the governor's are a closed list.
      const code = decision.cause === "governor" ? decision.reasons[0]?.code : undefined;
      decisions.add(1, code === undefined ? labels : { ...labels, code });
      durations.record(Number(durationNs) / 1e9, labels);
    },
  };
}
