import type { Random } from "../random.ts";
import { type ServiceAddress, sendOrder, sendVerdict } from "./service-client.ts";
import { type SentOrder, type SentReview, type Testimony, takeAnswer } from "./testimony.ts";

interface Load {
  readonly service: ServiceAddress;
  readonly testimony: Testimony;
  readonly random: Random;
  readonly isOver: () => boolean;
}

const workers = 6;

/** Sends orders, repetitions and verdicts, several at once, until it is over. */
export async function runLoad(load: Load): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => runWorker(load)));
}

async function runWorker(load: Load): Promise<void> {
  while (!load.isOver()) {
    await takeStep(load);
    // A dead service refuses connections at once; this keeps the loop from spinning until its end is noticed.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function takeStep(load: Load): Promise<void> {
  const { random, testimony } = load;
  const open = [...testimony.reviews.values()].filter(({ verdict }) => verdict === undefined);
  const review = open[random.below(open.length)];
  if (review !== undefined && random.chance(0.3)) {
    await storm(load, review);
    return;
  }
  const order = newOrder(load);
  // Under one key, sometimes at once and sometimes later: one action.
  const copies = random.chance(0.15) ? 3 : 1;
  await Promise.all(Array.from({ length: copies }, () => placeOrder(load, order)));
  if (random.chance(0.1)) await placeOrder(load, order);
}

function newOrder({ random, testimony }: Load): SentOrder {
  const kind = random.below(20);
  const amount = 1 + random.below(1000) + (kind < 12 ? 0 : kind < 18 ? 1000 : 2000);
  const order: SentOrder = {
    key: `order-${testimony.orders.size}`,
    person: random.chance(0.5) ? "junior" : "senior",
    arguments: { client: `c-${random.below(5)}`, symbol: `S${random.below(4)}`, amount },
    answer: undefined,
    isOpen: false,
  };
  testimony.orders.set(order.key, order);
  return order;
}

export async function placeOrder(
  { service, testimony }: Pick<Load, "service" | "testimony">,
  order: SentOrder,
): Promise<void> {
  const answer = await sendOrder(service, order);
  if (answer === undefined) order.isOpen = true;
  else takeAnswer(testimony, order, answer);
}

/** Two verdicts at once, alike or not: at most one of them may close the review. */
export async function storm(
  { service, testimony, random }: Pick<Load, "service" | "testimony" | "random">,
  review: SentReview,
): Promise<void> {
  const verdicts = [random.chance(0.8), random.chance(0.8)].map((isApproval) => (isApproval ? "approve" : "reject"));
  const answers = await Promise.all(
    verdicts.map(async (verdict) => ({ verdict, closed: await sendVerdict(service, review, verdict) })),
  );
  for (const { verdict, closed } of answers) {
    if (closed !== true) continue;
    review.closed += 1;
    review.verdict = verdict === "approve" ? "approved" : "rejected";
    if (review.closed > 1) testimony.contradictions.push(`review ${review.id} was closed ${review.closed} times`);
  }
}
