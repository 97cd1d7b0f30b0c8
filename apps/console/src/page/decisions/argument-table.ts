import { element } from "../dom/element.ts";
import { amountText, valueText } from "../format/figures.ts";

/** What a person asks first; the rest follows as it comes. */
const first = ["side", "symbol", "amount", "currency", "client", "order_type", "limit_price"];

/** Every argument by its name, none left out: what is approved is what stands here. */
export function argumentTable(args: unknown): HTMLElement {
  const isFields = typeof args === "object" && args !== null && !Array.isArray(args);
  const fields = Object.entries<unknown>(isFields ? { ...args } : { arguments: args });
  const place = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  const rows = fields
    .toSorted(([one], [other]) => place(one) - place(other))
    .map(([name, value]) => {
      const isAmount = typeof value === "number" || name === "amount" || name === "limit_price";
      return element(
        "div",
        {},
        element("dt", {}, name),
        element("dd", isAmount ? { class: "figure" } : {}, isAmount ? amountText(value) : valueText(value)),
      );
    });
  return element("dl", { class: "fields" }, ...rows);
}
