// Stopping and releasing. A halt is in force on every instance from the moment that the service has answered; the form says
// so, and asks for no second confirmation: whoever stops trading is in a hurry, and can lift it again.

import type { HaltView, MeView } from "@flyball/service/http-views";
import { announce } from "../dom/announce.ts";
import { element, part, replaceContent } from "../dom/element.ts";
import { updateKeyedList } from "../dom/keyed-list.ts";
import { onSubmit } from "../dom/on-submit.ts";
import { type Poll, poll } from "../dom/poll.ts";
import { timeText } from "../format/times.ts";
import { type Connection, type Problem, problemText } from "../service/connection.ts";
import type { Halts } from "../service/views.ts";
import { haltForm } from "./halt-form.ts";
import { scopeText } from "./scope-text.ts";

const everyMs = 5_000;
const eventsShown = 15;

export function startHaltPanel(options: {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly me: MeView;
  readonly onCount: (inForce: number) => void;
  readonly onProblem: (problem: Problem | undefined) => void;
}): Poll {
  const { connection, signal, me, onCount, onProblem } = options;
  const list = part("halt-list", HTMLElement);
  const events = part("halt-events", HTMLElement);
  const polling = poll(everyMs, signal, async () => {
    const answer = await connection.get<Halts>("/v1/halts");
    if (signal.aborted) return;
    onProblem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    const { halts } = answer.value;
    part("halts-empty", HTMLElement).hidden = halts.length > 0;
    updateKeyedList(list, halts, {
      key: (halt) => `${JSON.stringify(halt.scope)} ${halt.at}`,
      make: (halt) => haltCard(halt, { connection, me, onDone: polling.now }),
    });
    const newest = [...answer.value.events].sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, eventsShown);
    part("halts-record", HTMLElement).hidden = newest.length === 0;
    updateKeyedList(events, newest, {
      key: (event) => `${event.event} ${JSON.stringify(event.scope)} ${event.at}`,
      make: (event) =>
        element(
          "li",
          {},
          element("time", { datetime: event.at }, timeText(event.at)),
          element(
            "span",
            {},
            `${event.event === "put" ? "Halted" : "Lifted"}: ${scopeText(event.scope)}, by ${event.by.subject}. `,
            element("q", {}, event.reason),
          ),
        ),
    });
    onCount(halts.length);
  });
  replaceContent(part("halt-form", HTMLElement), haltForm({ connection, me, onDone: polling.now }));
  return polling;
}

function haltCard(
  { scope, reason, by, at }: HaltView,
  { connection, me, onDone }: { readonly connection: Connection; readonly me: MeView; readonly onDone: () => void },
): HTMLElement {
  const id = `lift-${at}-${scope.kind}`;
  const input = element("input", { id, type: "text", required: true, maxlength: 2000, placeholder: "Why" });
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const lift = element("button", { type: "submit" }, "Lift");
  lift.setAttribute("aria-label", `Lift the halt: ${scopeText(scope)}`);
  const form = element(
    "form",
    { class: "word", novalidate: true },
    element("label", { for: id }, "Reason for lifting it"),
    element("div", { class: "row" }, input, lift),
    problem,
  );
  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    replaceContent(problem, text);
  };
  onSubmit(form, async () => {
    if (input.value.trim() === "") {
      say("Give a reason first.");
      input.focus();
      return;
    }
    const answer = await connection.send("DELETE", "/v1/halts", { scope, reason: input.value.trim() });
    if (!answer.ok) return say(problemText(answer.problem));
    announce(`Lifted: ${scopeText(scope)}`);
    onDone();
  });
  const mayLift = scope.kind !== "everything" || me.may.halt_everything;
  return element(
    "li",
    { class: "card halt" },
    element(
      "div",
      { class: "card-head" },
      element("h3", {}, scopeText(scope)),
      element("span", { class: "badge bad" }, "Halted"),
    ),
    element("blockquote", {}, reason),
    element(
      "p",
      { class: "facts" },
      element("time", { datetime: at }, timeText(at)),
      element("span", {}, `${by.subject} · ${by.role}`),
    ),
    mayLift ? form : element("p", { class: "hint" }, "An operator lifts it."),
  );
}
