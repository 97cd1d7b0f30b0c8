import { element } from "../dom/element.ts";
import type { PolicyRule } from "../service/views.ts";

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** Why, as the policy words it; nothing where it gave no reason. */
export function reasonList(reasons: readonly Reason[]): HTMLElement | undefined {
  if (reasons.length === 0) return undefined;
  const items = reasons.map(({ code, message, field }) =>
    element(
      "li",
      {},
      element("span", { class: "reason" }, message),
      " ",
      element("code", {}, field === undefined ? code : `${code} · ${field}`),
    ),
  );
  return element("ul", { class: "reasons" }, ...items);
}

/** Each rule with its file and line. */
export function ruleList(rules: readonly PolicyRule[]): HTMLElement | undefined {
  if (rules.length === 0) return undefined;
  const items = rules.map(({ name, file, line }) =>
    element("li", {}, element("code", {}, name), " ", element("span", { class: "place" }, `${file}:${line}`)),
  );
  return element("ul", { class: "rules" }, ...items);
}
