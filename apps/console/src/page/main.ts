// The page's entry: who is here, then the four parts in their name. A change of person ends everything that was begun for
// the one before (polls, streams, listeners) by one signal.

import { startConversation } from "./conversation/conversation.ts";
import { openDecision } from "./decisions/decision-dialog.ts";
import { startDecisionFeed } from "./decisions/decision-feed.ts";
import { showDecisions } from "./decisions/decision-panel.ts";
import { announce } from "./dom/announce.ts";
import { part, replaceContent } from "./dom/element.ts";
import { startHaltPanel } from "./halts/halt-panel.ts";
import { showPeople } from "./identity/people.ts";
import { choosePerson, type Person, signIn, signOut, takeKeyFromAddress } from "./identity/sign-in.ts";
import { signInForm } from "./identity/sign-in-form.ts";
import { startReviewPanel } from "./reviews/review-panel.ts";
import { startRouter } from "./router.ts";
import { type Problem, problemText } from "./service/connection.ts";
import type { ChatAbout } from "./service/views.ts";

const retryMs = 2_000;
let life = new AbortController();

async function begin(): Promise<void> {
  life.abort();
  life = new AbortController();
  const { signal } = life;
  const result = await signIn();
  if (signal.aborted) return;
  const gate = part("gate", HTMLElement);
  if (result.kind === "signed-in") {
    gate.replaceChildren();
    part("work", HTMLElement).hidden = false;
    showPeople({
      me: result.person.me,
      people: result.people,
      name: result.person.name,
      signal,
      onChoose: (name) => {
        choosePerson(name);
        void begin();
      },
      onSignOut: () => {
        signOut();
        void begin();
      },
    });
    await work(result.person, signal);
    return;
  }
  part("work", HTMLElement).hidden = true;
  if (result.kind === "credential-needed") {
    replaceContent(
      gate,
      signInForm(result.asks, result.because, () => void begin()),
    );
    gate.querySelector("input")?.focus();
    return;
  }
  replaceContent(gate, result.because);
  setTimeout(() => {
    if (!signal.aborted) void begin();
  }, retryMs);
}

async function work({ connection, me }: Person, signal: AbortSignal): Promise<void> {
  const problems = new Map<string, Problem>();
  const onProblem =
    (from: string) =>
    (problem: Problem | undefined): void => {
      if (signal.aborted) return;
      if (problem?.status === 401) return void begin();
      if (problem === undefined) problems.delete(from);
      else problems.set(from, problem);
      const [first] = problems.values();
      const banner = part("service-problem", HTMLElement);
      banner.hidden = first === undefined;
      const text = first === undefined ? "" : `${problemText(first)} The page goes on trying.`;
      if (banner.textContent !== text) replaceContent(banner, text);
    };
  const onOpen = (id: string): void => void openDecision(connection, id);

  for (const id of ["decision-list", "review-list", "review-closed-list", "halt-list", "halt-events", "messages"]) {
    part(id, HTMLElement).replaceChildren();
  }
  const feed = startDecisionFeed({
    connection,
    signal,
    me: me.principal,
    onProblem: onProblem("decisions"),
    onChange: (entries) => showDecisions(entries, { onOpen, hasOlder: feed.hasOlder() }),
  });
  part("decisions-older-button", HTMLButtonElement).addEventListener("click", () => void feed.older(), { signal });

  let waiting: number | undefined;
  const reviews = startReviewPanel({
    connection,
    signal,
    me,
    onProblem: onProblem("reviews"),
    onWord: feed.now,
    onCount: (count) => {
      if (waiting !== undefined && count > waiting)
        announce(`${count} ${count === 1 ? "review waits" : "reviews wait"}`);
      waiting = count;
      showCount("reviews-count", count, "waiting");
    },
  });

  part("halts-link", HTMLElement).hidden = !me.may.halt;
  showCount("halts-count", 0, "");
  if (me.may.halt) {
    startHaltPanel({
      connection,
      signal,
      me,
      onProblem: onProblem("halts"),
      onCount: (count) => showCount("halts-count", count, "in force"),
    });
  }

  const about = await connection.get<ChatAbout>("/v1/chat");
  if (signal.aborted) return;
  part("composer", HTMLElement).hidden = !about.ok;
  part("chat-missing", HTMLElement).hidden = about.ok;
  replaceContent(part("about", HTMLElement), about.ok ? aboutText(about.value) : "No model: this service has no chat");
  if (!about.ok) return;
  startConversation({
    connection,
    signal,
    me,
    maxCharacters: about.value.limits.message_characters,
    onAction: feed.tell,
    onActions: feed.know,
    onSettled: () => {
      feed.now();
      reviews.now();
    },
    onOpen,
  });
}

function aboutText({ model, simulated }: ChatAbout): string {
  const speaker = model === "offline" ? "Offline model, without an account" : `Model ${model}`;
  return simulated.length === 0 ? speaker : `${speaker} · simulated: ${simulated.join(", ")}`;
}

function showCount(id: string, count: number, what: string): void {
  const badge = part(id, HTMLElement);
  badge.hidden = count === 0;
  badge.textContent = String(count);
  badge.setAttribute("aria-label", `${count} ${what}`);
}

takeKeyFromAddress();
startRouter();
part("decision-close", HTMLButtonElement).addEventListener("click", () =>
  part("decision-dialog", HTMLDialogElement).close(),
);
void begin();
