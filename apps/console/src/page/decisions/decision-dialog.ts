import { element, part, replaceContent } from "../dom/element.ts";
import { describeAction } from "../format/describe-action.ts";
import { jsonText, millisecondsText, nanosecondsText } from "../format/figures.ts";
import { timeText } from "../format/times.ts";
import { type Connection, problemText } from "../service/connection.ts";
import type { DecisionRules, LoggedDecision } from "../service/views.ts";
import { argumentTable } from "./argument-table.ts";
import { approverOf, argumentsIn } from "./decision-feed.ts";
import { effectBadge } from "./effect-badge.ts";
import { reasonList, ruleList } from "./reason-list.ts";

/** Shows all that the log has about one decision, over the page. Esc or the button closes it; focus goes back by itself. */
export async function openDecision(connection: Connection, id: string): Promise<void> {
  const dialog = part("decision-dialog", HTMLDialogElement);
  const body = part("decision-body", HTMLElement);
  replaceContent(body, element("p", { class: "hint" }, "Loading …"));
  dialog.showModal();
  const [decision, rules] = await Promise.all([
    connection.get<LoggedDecision>(`/v1/decisions/${id}`),
    connection.get<DecisionRules>(`/v1/decisions/${id}/rules`),
  ]);
  if (!decision.ok) {
    replaceContent(body, element("p", { class: "problem" }, problemText(decision.problem)));
    return;
  }
  const noRules = rules.ok ? undefined : problemText(rules.problem);
  replaceContent(body, ...content(decision.value, rules.ok ? rules.value : undefined, noRules));
}

function content(
  decision: LoggedDecision,
  rules: DecisionRules | undefined,
  noRules: string | undefined,
): readonly (HTMLElement | undefined)[] {
  const { principal, provenance } = decision;
  const args = argumentsIn(decision.input);
  const by = `${principal.subject} · ${principal.role} · ${principal.tenant}`;
  return [
    element(
      "div",
      { class: "card-head" },
      element("h3", {}, describeAction(decision.tool, args)),
      effectBadge(decision.effect),
    ),
    reasonList(decision.reasons),
    section(
      "Rules that decided",
      rules === undefined ? element("p", { class: "hint" }, noRules) : ruleList(rules.spoke),
    ),
    rules === undefined || rules.fired.length === 0
      ? undefined
      : disclosure(`All ${rules.fired.length} rules that succeeded`, ruleList(rules.fired)),
    section(
      "Decision",
      fields([
        ["Decided", timeText(decision.decided_at)],
        [
          "Took",
          `${nanosecondsText(decision.duration_ns)} (${millisecondsText(decision.duration_ns)}), facts included`,
        ],
        ["Policy alone", rules === undefined ? "" : `${nanosecondsText(rules.evaluation_ns)}, asked again just now`],
        ["By", decision.cause === "policy" ? "the policy" : "the governor, before or without the policy"],
        ["Approved by", approverOf(decision) ?? ""],
        ["Recorded as", decision.kind === "action" ? "an action" : "a question (check)"],
      ]),
    ),
    section(
      "Who asked",
      fields([
        ["Person", by],
        ["Through", principal.agent === undefined ? "nobody: the person acted" : `the agent ${principal.agent}`],
        ["Session", decision.session],
      ]),
    ),
    section("Action", args === undefined ? undefined : argumentTable(args), fields([["Tool", decision.tool]])),
    section(
      "To check it later",
      fields([
        ["Decision", decision.id],
        ["Action", decision.action_id ?? "none was made"],
        ["Policy", decision.policy_digest ?? "none was asked"],
        ["Entrypoint", decision.entrypoint ?? ""],
        ["Issuer", principal.issuer],
      ]),
    ),
    disclosure("What the policy read", element("pre", { tabindex: 0 }, jsonText(decision.input, 2))),
    provenance === null
      ? undefined
      : disclosure("Provenance", element("pre", { tabindex: 0 }, jsonText(provenance, 2))),
  ];
}

function section(title: string, ...children: readonly (HTMLElement | undefined)[]): HTMLElement | undefined {
  if (children.every((child) => child === undefined)) return undefined;
  return element("section", {}, element("h4", {}, title), ...children);
}

function disclosure(title: string, child: HTMLElement | undefined): HTMLElement {
  return element("details", {}, element("summary", {}, title), child);
}

function fields(rows: readonly (readonly [string, string])[]): HTMLElement {
  const filled = rows.filter(([, value]) => value !== "");
  return element(
    "dl",
    { class: "fields" },
    ...filled.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}
