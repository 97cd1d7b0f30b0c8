// What is taken on at all. A request beyond what the process can carry is answered 503 or 429 at once, with Retry-After,
// before its token is verified or its body read: an early no costs microseconds and keeps the answers of those inside
// quick. Health routes and the page are not counted: a busy process is alive.

import underPressure from "@fastify/under-pressure";
import type { Principal } from "@flyball/governor";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import type { ServiceLimits } from "./service-limits.ts";

export interface Admission {
  /** Throws a `RequestProblem` where nothing more is taken on now. */
  readonly checkLoad: () => void;
}

/** How often event loop and memory are looked at, in milliseconds: also how long a refusal outlasts its cause. */
const sampleMs = 250;
/** One long pause, a garbage collection say, is over before anybody is refused for it: so long must the pressure last. */
const pressureMs = 2 * sampleMs;

/** Must be called before any route is added. */
export function addAdmission(
  http: FastifyInstance,
  {
    limits,
    principalOf,
  }: { readonly limits: ServiceLimits; readonly principalOf: (request: FastifyRequest) => Principal },
): Admission {
  let inFlight = 0;
  const byPerson = new Map<string, number>();

  void http.register(underPressure, {
    sampleInterval: sampleMs,
    maxEventLoopDelay: limits.eventLoopDelayMs,
    maxHeapUsedBytes: limits.heapBytes,
    maxRssBytes: limits.residentBytes,
    // Asked for in `checkLoad`, which knows the routes that are not counted.
    pressureHandler: () => undefined,
  });

  let pressedSince: number | undefined;
  const isPressed = (): boolean => {
    const now = performance.now();
    pressedSince = http.isUnderPressure() ? (pressedSince ?? now) : undefined;
    return pressedSince !== undefined && now - pressedSince > pressureMs;
  };

  const checkLoad = (): void => {
    if (inFlight >= limits.concurrent || isPressed()) throw new RequestProblem("overloaded");
  };

  // Around the handler, so that a request counts until its work is done: who cuts the connection frees nothing.
  http.addHook("onRoute", (route) => {
    if (route.config?.isPublic === true) return;
    const { handler } = route;
    route.handler = async function counted(request, reply): Promise<unknown> {
      checkLoad();
      const { tenant, issuer, subject } = principalOf(request);
      const person = JSON.stringify([tenant, issuer, subject]);
      const others = byPerson.get(person) ?? 0;
      if (others >= limits.concurrentOfPerson) throw new RequestProblem("too_many_at_once");
      inFlight += 1;
      byPerson.set(person, others + 1);
      try {
        return await handler.call(this, request, reply);
      } finally {
        inFlight -= 1;
        const left = (byPerson.get(person) ?? 1) - 1;
        if (left === 0) byPerson.delete(person);
        else byPerson.set(person, left);
      }
    };
  });

  return { checkLoad };
}
