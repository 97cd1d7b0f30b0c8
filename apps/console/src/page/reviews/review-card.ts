import type { ReviewView } from "@flyball/service/http-views";
import { argumentTable } from "../decisions/argument-table.ts";
import { outcomeBadge, reviewBadge } from "../decisions/effect-badge.ts";
import { reasonList } from "../decisions/reason-list.ts";
import { announce } from "../dom/announce.ts";
import { element, replaceContent } from "../dom/element.ts";
import { onSubmit } from "../dom/on-submit.ts";
import { describeAction } from "../format/describe-action.ts";
import { amountText } from "../format/figures.ts";
import { remainingText, timeText } from "../format/times.ts";
import { type Connection, type Problem, problemText } from "../service/connection.ts";
import type { ActionOutcome, OutcomeName } from "../service/views.ts";

interface ReviewCardOptions {
  readonly review: ReviewView;
  readonly connection: Connection;
  readonly mayDecide: boolean;
  readonly isMine: boolean;
  readonly onWord: () => void;
  readonly onDismiss: () => void;
}

/** One suspended action with everything that a reviewer has to know, and the form for their word. */
export function reviewCard(options: ReviewCardOptions): HTMLElement {
  const { review, mayDecide, isMine } = options;
  const { action, decision, expires_at } = review;
  const title = describeAction(action.tool, action.arguments);
  const { requester } = action;
  const agent = requester.agent === undefined ? "" : `, through the agent ${requester.agent}`;
  const card = element(
    "li",
    { class: "card review" },
    element("div", { class: "card-head" }, element("h3", { tabindex: -1 }, title), reviewBadge("pending")),
    element(
      "p",
      { class: "facts" },
      element("span", {}, `Asked by ${requester.subject} · ${requester.role}${agent}`),
      element("time", { datetime: decision.decided_at }, timeText(decision.decided_at)),
      element("span", { title: timeText(expires_at) }, `expires ${remainingText(expires_at)}`),
    ),
    reasonList(decision.reasons),
    element("details", { open: mayDecide }, element("summary", {}, "All arguments"), argumentTable(action.arguments)),
  );
  if (mayDecide) card.append(wordForm(options, card, title));
  else
    card.append(element("p", { class: "hint" }, isMine ? ownText : `Decided by: ${review.approver_roles.join(", ")}.`));
  return card;
}

const ownText = "This is your own request; somebody else decides.";

/** Reason first, then one of two buttons; neither does anything without a reason. */
function wordForm(
  { review, connection, onWord, onDismiss }: ReviewCardOptions,
  card: HTMLElement,
  title: string,
): HTMLElement {
  const id = `reason-${review.id}`;
  const reason = element("textarea", {
    id,
    rows: 2,
    required: true,
    maxlength: 2000,
    "aria-describedby": `${id}-hint`,
    placeholder: "Why",
  });
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const approve = element("button", { type: "submit", class: "primary", value: "approve" }, "Approve");
  const reject = element("button", { type: "submit", class: "danger", value: "reject" }, "Reject");
  approve.setAttribute("aria-label", `Approve: ${title}`);
  reject.setAttribute("aria-label", `Reject: ${title}`);
  const form = element(
    "form",
    { class: "word", novalidate: true },
    element("label", { for: id }, "Reason"),
    reason,
    element("p", { class: "hint", id: `${id}-hint` }, "It is kept with your name, and shown to the person who asked."),
    problem,
    element("div", { class: "buttons" }, approve, reject),
  );
  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    replaceContent(problem, text);
  };
  onSubmit(form, async (submitter) => {
    if (reason.value.trim() === "") {
      reason.setAttribute("aria-invalid", "true");
      say("Give a reason first.");
      reason.focus();
      return;
    }
    reason.removeAttribute("aria-invalid");
    say(undefined);
    await send(submitter === reject ? "reject" : "approve");
  });
  async function send(verdict: "approve" | "reject"): Promise<void> {
    const answer = await connection.send<ActionOutcome>("POST", `/v1/reviews/${review.id}/${verdict}`, {
      reason: reason.value.trim(),
    });
    if (answer.ok) tell(card, verdict, { outcome: answer.value.outcome, answer: answer.value, onDismiss });
    else if (!isOutcome(answer.problem)) return say(problemText(answer.problem));
    else
      tell(card, verdict, {
        outcome: answer.problem.document["outcome"] as OutcomeName,
        problem: answer.problem,
        onDismiss,
      });
    onWord();
  }
  return form;
}

/** A word that was taken, though the action did not happen: today's policy denies it, or the tool failed. */
function isOutcome({ document }: Problem): boolean {
  return ["refused", "failed", "unknown"].includes(String(document["outcome"]));
}

/** In place of the form: what became of the action. The card stays until it is dismissed. */
function tell(
  card: HTMLElement,
  verdict: "approve" | "reject",
  became: {
    readonly outcome: OutcomeName;
    readonly answer?: ActionOutcome;
    readonly problem?: Problem;
    readonly onDismiss: () => void;
  },
): void {
  const { outcome, answer, problem, onDismiss } = became;
  const text =
    verdict === "reject"
      ? "Rejected. It will not be executed."
      : problem === undefined
        ? approvedText(outcome, answer)
        : `Approved, but not executed. ${problemText(problem)}`;
  const close = element("button", { type: "button" }, "Done");
  close.addEventListener("click", () => {
    card.removeAttribute("data-told");
    onDismiss();
  });
  card.setAttribute("data-told", "");
  card
    .querySelector("form")
    ?.replaceWith(
      element(
        "div",
        { class: "word" },
        element(
          "p",
          { class: "outcome" },
          verdict === "reject" ? reviewBadge("rejected") : outcomeBadge(outcome),
          " ",
          text,
        ),
        element("div", { class: "buttons" }, close),
      ),
    );
  card.querySelector(".card-head .badge")?.replaceWith(reviewBadge(verdict === "reject" ? "rejected" : "approved"));
  card.querySelector<HTMLElement>("h3")?.focus();
  announce(text);
}

function approvedText(outcome: OutcomeName, answer: ActionOutcome | undefined): string {
  if (outcome === "suspended") return "Approved, and suspended again for a new reason.";
  if (outcome === "unknown") return "Approved; whether it was executed is not known yet.";
  return `Approved and executed${resultText(answer?.result)}.`;
}

/** What the paper broker says of a fill; nothing for other results. */
function resultText(result: unknown): string {
  const fill = (result ?? {}) as Readonly<Record<string, unknown>>;
  if (fill["quantity"] === undefined || fill["price"] === undefined) return "";
  const simulated = fill["simulated"] === true ? " (simulated)" : "";
  return `: ${amountText(fill["quantity"])} ${amountText(fill["symbol"])} at ${amountText(fill["price"])}${simulated}`;
}
