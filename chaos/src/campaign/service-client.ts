import type { Answer, SentOrder, SentReview } from "./testimony.ts";

/** What the service prints when it is ready. */
export interface ServiceAddress {
  readonly url: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** How many actions of dead processes it could not settle. */
  readonly left: number;
}

const answerWithinMs = 20_000;

/** Undefined where no answer came: the service has died, and nothing is known. */
export async function sendOrder(service: ServiceAddress, order: SentOrder): Promise<Answer | undefined> {
  const body = { tool: "place_order", session: "s-1", arguments: order.arguments };
  const answer = await post(service, {
    path: "/v1/actions",
    token: order.person,
    body,
    headers: { "idempotency-key": order.key },
  });
  const outcome = answer?.["outcome"];
  if (answer === undefined || typeof outcome !== "string") return undefined;
  const { decision, review } = answer as {
    readonly decision: { readonly id: string; readonly cause: Answer["cause"] };
    readonly review?: { readonly id: string };
  };
  return {
    outcome: outcome as Answer["outcome"],
    decisionId: decision.id,
    cause: decision.cause,
    reviewId: review?.id,
  };
}

export type Verdict = "approve" | "reject";

/** Whether this very verdict closed the review; undefined where no answer came. */
export async function sendVerdict(
  service: ServiceAddress,
  review: SentReview,
  verdict: Verdict,
): Promise<boolean | undefined> {
  const answer = await post(service, {
    path: `/v1/reviews/${review.id}/${verdict}`,
    token: "reviewer",
    body: { reason: "seen" },
    headers: {},
  });
  return answer === undefined ? undefined : answer["status"] === undefined && typeof answer["outcome"] === "string";
}

interface Sent {
  readonly path: string;
  readonly token: string;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

async function post(service: ServiceAddress, sent: Sent): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const response = await fetch(service.url + sent.path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${service.tokens[sent.token]}`,
        "content-type": "application/json",
        ...sent.headers,
      },
      body: JSON.stringify(sent.body),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
