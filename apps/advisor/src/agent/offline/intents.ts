// What a person wants, one intent for each thing said. In: a message and what was spoken of before. Out: intents in their order.
// It is a parser of plain requests and no more: what it does not understand is `unclear`, and nothing is guessed that costs
// money.

import type { Memory, PlacedOrder } from "./memory.ts";
import { type Slots, slotsOf } from "./slots.ts";
import { type Clause, clausesOf, wordsOf } from "./words.ts";

export interface TradeIntent extends Slots {
  readonly kind: "trade";
  /** Ask only: nothing is to be bought or sold. */
  readonly isQuestion: boolean;
  /** Exactly this or nothing. */
  readonly isExact: boolean;
}

export type Talk =
  | "cancel"
  | "greeting"
  | "thanks"
  | "bye"
  | "help"
  | "who"
  | "mood"
  | "advice"
  | "rules"
  | "no"
  | "nothing-to-confirm"
  | "declined";

export type Intent =
  | TradeIntent
  | { readonly kind: "holdings"; readonly client?: string; readonly isCashOnly: boolean }
  | { readonly kind: "quote"; readonly symbol?: string }
  /** What became of the last order? */
  | { readonly kind: "status" }
  /** A change to an order that was sent already. */
  | { readonly kind: "afterthought"; readonly order: PlacedOrder; readonly changed: Slots }
  | { readonly kind: "talk"; readonly about: Talk }
  | { readonly kind: "unclear" };

const rules: readonly RegExp[] = [
  /\b(ignore|forget|disregard|bypass|override|circumvent|skip|disable|turn off|get around|work around)\b.{0,60}\b(rules?|polic(y|ies)|instructions?|limits?|reviews?|checks?|restrictions?|compliance|governor|safety|prompt)\b/i,
  /\b(pretend|imagine|act as|role-?play|you are now|from now on you)\b/i,
  /\b(i am|i'm|im|my role is|treat me as|consider me|make me)\b.{0,30}\b(senior|reviewer|admin|administrator|operator|boss|ceo|cfo|developer|root|compliance|supervisor|manager)\b/i,
  /\b(developer|debug|god|admin|maintenance|jailbreak|dan) mode\b/i,
  /\b(already|pre-?)\s?(approved|authori[sz]ed)\b/i,
  /\bapprove\b.{0,40}\b(yourself|for me|it|this|that|review|order)\b/i,
  /\bsplit\b.{0,60}\b(order|it|this|that|into|up)\b|\b(several|many|multiple) (smaller )?orders\b/i,
  /\b(no|without) (review|reviewer|check|checks|limit|limits|policy|approval)\b/i,
  /\b(just this once|nobody will know|between us|trust me|exception|emergency)\b/i,
  /\bsystem\s*(prompt|message|:)/i,
];

const takingBack = /\b(cancel|withdraw|undo|revert|take (it |that )?back|call off)\b/i;

const talks: readonly (readonly [Talk, RegExp])[] = [
  ["help", /\b(help|what can you do|what do you do|how does this work|commands?|examples?)\b/i],
  ["who", /\b(who are you|what are you|your name|are you (an? )?(ai|bot|human|real|person|llm|model)|which model)\b/i],
  ["mood", /\bhow are you\b|\bhow's it going\b/i],
  [
    "advice",
    /\b(what|which).{0,30}\b(should i|would you|do you recommend|is good)\b|\b(any tips|recommend|advise|advice)\b/i,
  ],
  ["greeting", /\b(hi|hello|hey|good (morning|afternoon|evening)|greetings)\b/i],
  ["thanks", /\b(thanks|thank you|thx|great|perfect|nice|cool)\b/i],
  ["bye", /\b(bye|goodbye|see you|good night)\b/i],
];

const yes = /^\W*(yes|yep|yeah|sure|ok|okay|do it|go ahead|please do|confirm|confirmed)\b[\s\w,]{0,20}\W*$/i;
const no = /^\W*(no|nope|nah|never mind|nevermind|cancel|stop|leave it|don't)\b(\s*(thanks|thank you))?\W*$/i;

export function readIntents(message: string, memory: Memory): readonly Intent[] {
  const text = message.trim();
  if (yes.test(text)) {
    if (memory.offer === undefined) return [talk("nothing-to-confirm")];
    // What was offered was said by this model, in words that it reads itself.
    return readIntents(memory.offer, { ...memory, offer: undefined });
  }
  if (no.test(text)) return [talk(memory.offer === undefined ? "no" : "declined")];
  const talkedOut = rules.some((pattern) => pattern.test(text));
  const isExact = talkedOut || /\b(exactly|or nothing|all or nothing|not less|no less)\b/i.test(text);
  const intents: Intent[] = talkedOut ? [talk("rules")] : [];
  for (const clause of clausesOf(wordsOf(text))) addClause(intents, clause, { memory, isExact });
  const wanted = intents.filter(({ kind }) => kind !== "unclear" && kind !== "talk");
  const talked = intents.filter(({ kind }) => kind === "talk");
  if (wanted.length > 0)
    return shareClients([...talked.filter((one) => one.kind === "talk" && one.about === "rules"), ...wanted]);
  if (talked.length > 0) return talked.slice(0, 1);
  return [{ kind: "unclear" }];
}

interface ClauseContext {
  readonly memory: Memory;
  readonly isExact: boolean;
}

function addClause(intents: Intent[], clause: Clause, { memory, isExact }: ClauseContext): void {
  const text = clause.map(({ written }) => written).join(" ");
  const slots = slotsOf(clause);
  const last = intents.findLast((intent): intent is TradeIntent => intent.kind === "trade");
  const isCorrection =
    /^(no|actually|sorry|wait|rather|instead|make|i meant|i mean|not)\b/i.test(text) ||
    /\b(make (it|that)|instead|i meant)\b/i.test(text);
  const hasSlot =
    slots.amount !== undefined || isName(slots.symbol) || slots.client !== undefined || slots.limit !== undefined;
  if (/\b(do|does|did|please)? ?not (buy|sell|purchase|invest)/i.test(text) || /\bdon't (buy|sell)/i.test(text)) {
    intents.push(talk("no"));
    return;
  }
  if (takingBack.test(text) && !hasSlot && slots.side === undefined) {
    intents.push(talk("cancel"));
    return;
  }
  if (isCorrection && (hasSlot || slots.side !== undefined)) {
    if (last !== undefined) intents[intents.indexOf(last)] = { ...last, ...changesOf(slots, last) };
    else if (memory.draft !== undefined) intents.push({ ...memory.draft, ...changesOf(slots, memory.draft), isExact });
    else if (memory.order !== undefined)
      intents.push({ kind: "afterthought", order: memory.order, changed: changesOf(slots, undefined) });
    else intents.push(slots.side === undefined ? { kind: "unclear" } : trade(slots, { text, isExact, memory }));
    return;
  }
  if (
    /\b(hold|holds|holding|holdings|portfolio|positions?|own|owns|balance|cash)\b/i.test(text) &&
    slots.side === undefined
  ) {
    const isCashOnly = /\b(cash|balance)\b/i.test(text) && !/\b(hold|portfolio|position)/i.test(text);
    intents.push({ kind: "holdings", ...clientOr(slots, memory), isCashOnly });
    return;
  }
  if (
    /\b(status|what happened|what became|was it (approved|executed|done)|is it (approved|done)|my (last )?order)\b/i.test(
      text,
    ) &&
    slots.side === undefined
  ) {
    intents.push({ kind: "status" });
    return;
  }
  if (slots.side !== undefined && !hasSlot && isAdviceWanted(text)) {
    intents.push(talk("advice"));
    return;
  }
  if (slots.side !== undefined) {
    intents.push(trade(slots, { text, isExact, memory }));
    return;
  }
  const isQuote =
    /\b(price|quote|trading at|worth|cost|how much is|how is|how's|what is|what's)\b/i.test(text) &&
    isName(slots.symbol);
  if (isQuote && slots.amount === undefined) {
    intents.push({ kind: "quote", symbol: slots.symbol });
    return;
  }
  // "... and 2,000 of MSFT", or only what was asked for: "c-17", "3,000 USD".
  if (last !== undefined && hasSlot && slots.amount !== undefined && isName(slots.symbol)) {
    intents.push({ ...last, ...slots });
    return;
  }
  if (last !== undefined && hasSlot) {
    intents[intents.indexOf(last)] = { ...slots, ...last };
    return;
  }
  if (memory.draft !== undefined && hasSlot) {
    intents.push({ ...memory.draft, ...slots });
    return;
  }
  const found = talks.find(([, pattern]) => pattern.test(text));
  intents.push(found === undefined ? { kind: "unclear" } : talk(found[0]));
}

function isAdviceWanted(text: string): boolean {
  return talks.some(([about, pattern]) => about === "advice" && pattern.test(text));
}

function talk(about: Talk): Intent {
  return { kind: "talk", about };
}

function isName(symbol: string | undefined): symbol is string {
  return symbol !== undefined && symbol !== "it";
}

function clientOr({ client }: Slots, memory: Memory): { readonly client?: string } {
  const named = client ?? memory.client;
  return named === undefined ? {} : { client: named };
}

const questions =
  /\b(allowed|what if|propose|would (it|that|this)|could (i|we)|can (i|we)|may (i|we)|am i allowed|possible to|check (if|whether))\b/i;

function trade(
  slots: Slots,
  { text, isExact, memory }: { readonly text: string; readonly isExact: boolean; readonly memory: Memory },
): TradeIntent {
  const isUnclear = slots.unclear !== undefined;
  const symbol =
    slots.symbol === "it" || (slots.symbol === undefined && slots.amount?.kind === "part")
      ? memory.symbol
      : slots.symbol;
  const { symbol: _unused, ...rest } = slots;
  return {
    kind: "trade",
    ...rest,
    ...(symbol === undefined ? {} : { symbol }),
    ...clientOr(slots, isUnclear ? {} : memory),
    isQuestion: questions.test(text),
    isExact,
  };
}

/** What a correction says; a number alone keeps the currency that was meant before. */
function changesOf(slots: Slots, before: Slots | undefined): Slots {
  const { symbol, amount, ...rest } = slots;
  const currency = before?.amount?.kind === "money" ? before.amount.currency : undefined;
  const kept = amount?.kind === "money" && amount.currency === undefined ? { ...amount, currency } : amount;
  return { ...rest, ...(isName(symbol) ? { symbol } : {}), ...(kept === undefined ? {} : { amount: kept }) };
}

/** A client who is named once is meant in every order of the message that names none. */
function shareClients(intents: readonly Intent[]): readonly Intent[] {
  const clients = new Set(
    intents.flatMap((intent) => ("client" in intent && intent.client !== undefined ? [intent.client] : [])),
  );
  const [only] = clients;
  if (clients.size !== 1 || only === undefined) return intents;
  return intents.map((intent) =>
    (intent.kind === "trade" || intent.kind === "holdings") && intent.client === undefined
      ? { ...intent, client: only }
      : intent,
  );
}
