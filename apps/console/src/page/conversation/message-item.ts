import { outcomeBadge } from "../decisions/effect-badge.ts";
import { element, replaceContent } from "../dom/element.ts";
import { describeAction } from "../format/describe-action.ts";
import { timeText } from "../format/times.ts";
import type { ChatAction, ChatMessage } from "../service/views.ts";

/** How one turn that came to no end is told; the reply says more. */
const endings: Readonly<Record<NonNullable<ChatMessage["ended"]>, string>> = {
  deadline: "The turn's time was over.",
  cancelled: "The turn was ended by the person.",
  stopped: "The service was stopped.",
  model: "The model failed.",
  budget: "The turn's budget was spent.",
  interrupted: "The service ended in the middle of the turn.",
};

/** A message as an item of the conversation; filled anew where something about it has changed. */
export function fillMessage(item: Element, message: ChatMessage, onOpen: (id: string) => void): void {
  const shown = JSON.stringify(message);
  if (item.getAttribute("data-shown") === shown) return;
  item.setAttribute("data-shown", shown);
  item.className = `message ${message.from}`;
  const text = message.text ?? "";
  const head = element(
    "p",
    { class: "speaker" },
    element("span", {}, speaker(message)),
    message.at === "" ? undefined : element("time", { datetime: message.at }, timeText(message.at)),
  );
  const { actions = [], ended } = message;
  replaceContent(
    item,
    head,
    actions.length === 0
      ? undefined
      : element("ul", { class: "actions" }, ...actions.map((action) => actionItem(action, onOpen))),
    text === "" ? undefined : element("div", { class: "text" }, text),
    ended === undefined ? undefined : element("p", { class: "hint" }, endings[ended]),
  );
}

function speaker(message: ChatMessage): string {
  if (message.from === "user") return "You";
  return message.from === "review" ? "Review" : "Advisor";
}

function actionItem(action: ChatAction, onOpen: (id: string) => void): HTMLElement {
  const title = describeAction(action.tool, action.arguments);
  const { decision } = action;
  const why =
    action.outcome === "executed"
      ? undefined
      : (decision?.reasons[0]?.message ?? action.error?.message ?? action.message);
  const because = why === undefined ? undefined : element("span", { class: "why" }, why);
  if (decision === undefined) return element("li", {}, outcomeBadge(action.outcome), " ", title, because);
  const open = element("button", { type: "button", class: "link" }, title);
  open.setAttribute("aria-label", `${title}: show the whole decision`);
  open.addEventListener("click", () => onOpen(decision.id));
  return element("li", {}, outcomeBadge(action.outcome), " ", open, because);
}
