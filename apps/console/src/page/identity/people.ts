import type { MeView } from "@flyball/service/http-views";
import { element, part, replaceContent } from "../dom/element.ts";

/** Who the page acts for: a choice where there is one, otherwise the name and the way out. */
export function showPeople(options: {
  readonly me: MeView;
  readonly people: readonly string[];
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onChoose: (name: string) => void;
  readonly onSignOut: () => void;
}): void {
  const { me, people, name, signal, onChoose, onSignOut } = options;
  const place = part("person", HTMLElement);
  const { subject, role, tenant } = me.principal;
  if (people.length > 1) {
    const select = element(
      "select",
      { id: "person-choice" },
      ...people.map((each) => element("option", { value: each, selected: each === name }, each)),
    );
    select.addEventListener("change", () => onChoose(select.value), { signal });
    const hadFocus = place.contains(document.activeElement);
    replaceContent(place, element("label", { for: "person-choice" }, "Acting as"), select);
    if (hadFocus) select.focus();
    return;
  }
  const leave = element("button", { type: "button" }, "Sign out");
  leave.addEventListener("click", onSignOut, { signal });
  replaceContent(place, element("span", { title: tenant }, `${subject} · ${role}`), leave);
}
