import { element } from "../dom/element.ts";
import { amountText, valueText } from "../format/figures.ts";

/** Every argument by its name, none left out: what is approved is what stands here. */
export function argumentTable(args: unknown): HTMLElement {
  const isFields = typeof args === "object" && args !== null && !Array.isArray(args);
  const rows = Object.entries(isFields ? args : { arguments: args }).map(([name, value]) => {
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
