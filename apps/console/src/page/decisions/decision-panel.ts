import { element, part, replaceContent } from "../dom/element.ts";
import { updateKeyedList } from "../dom/keyed-list.ts";
import { describeAction } from "../format/describe-action.ts";
import { nanosecondsText } from "../format/figures.ts";
import { timeText } from "../format/times.ts";
import type { FeedEntry } from "./decision-feed.ts";
import { effectBadge, outcomeBadge, reviewBadge } from "./effect-badge.ts";
import { reasonList, ruleList } from "./reason-list.ts";

/** The list of what was decided and why. Its elements are in index.html. */
export function showDecisions(
  entries: readonly FeedEntry[],
  { onOpen, hasOlder }: { readonly onOpen: (id: string) => void; readonly hasOlder: boolean },
): void {
  const list = part("decision-list", HTMLElement);
  part("decisions-empty", HTMLElement).hidden = entries.length > 0;
  part("decisions-older", HTMLElement).hidden = !hasOlder;
  updateKeyedList(list, entries, {
    key: ({ id }) => id,
    make: (entry) => {
      const item = element("li", { class: "card" });
      fill(item, entry, onOpen);
      return item;
    },
    update: (item, entry) => {
      const shown = shownText(entry);
      if (item.getAttribute("data-shown") !== shown) fill(item, entry, onOpen);
    },
  });
}

/** Everything of an entry that can change while it is shown. */
function shownText({ outcome, rules, durationNs, evaluationNs, effect, approvedBy }: FeedEntry): string {
  return JSON.stringify([
    outcome,
    effect,
    durationNs,
    evaluationNs,
    approvedBy,
    rules?.map(({ file, line }) => [file, line]),
  ]);
}

function fill(item: Element, entry: FeedEntry, onOpen: (id: string) => void): void {
  const hadFocus = item.contains(document.activeElement);
  const title = describeAction(entry.tool, entry.arguments);
  const open = element("button", { type: "button", class: "link" }, title);
  open.setAttribute("aria-label", `${title}: show the whole decision`);
  open.addEventListener("click", () => onOpen(entry.id));
  const { durationNs, evaluationNs } = entry;
  replaceContent(
    item,
    element("div", { class: "card-head" }, element("h3", {}, open), badgeOf(entry)),
    reasonList(entry.reasons),
    entry.rules === undefined ? undefined : ruleList(entry.rules),
    element(
      "p",
      { class: "facts" },
      element("time", { datetime: entry.decidedAt }, timeText(entry.decidedAt)),
      durationNs === undefined ? undefined : element("span", {}, `decided in ${nanosecondsText(durationNs)}`),
      evaluationNs === undefined ? undefined : element("span", {}, `policy alone ${nanosecondsText(evaluationNs)}`),
      entry.who === "" ? undefined : element("span", {}, entry.who),
      entry.approvedBy === undefined ? undefined : element("span", {}, `approved by ${entry.approvedBy}`),
    ),
  );
  item.setAttribute("data-shown", shownText(entry));
  if (hadFocus) open.focus();
}

/** What became of it, where that is known; a review that was asked for and given is no review that waits. */
function badgeOf({ outcome, effect, approvedBy }: FeedEntry): HTMLElement {
  if (outcome !== undefined) return outcomeBadge(outcome);
  return effect === "MANUAL_REVIEW" && approvedBy !== undefined ? reviewBadge("approved") : effectBadge(effect);
}
