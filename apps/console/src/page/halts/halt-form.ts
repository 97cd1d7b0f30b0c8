import type { HaltView, MeView } from "@flyball/service/http-views";
import { announce } from "../dom/announce.ts";
import { element, replaceContent } from "../dom/element.ts";
import { onSubmit } from "../dom/on-submit.ts";
import { type Connection, problemText } from "../service/connection.ts";
import { scopeText } from "./scope-text.ts";

type Scope = HaltView["scope"];

interface Kind {
  readonly value: Scope["kind"];
  readonly label: string;
  /** What has to be named; empty where the kind says it all. */
  readonly names: string;
  readonly scope: (name: string, me: MeView) => Scope;
}

const kinds: readonly Kind[] = [
  { value: "client", label: "A client", names: "Client", scope: (client) => ({ kind: "client", client }) },
  { value: "tool", label: "A tool", names: "Tool", scope: (tool) => ({ kind: "tool", tool }) },
  {
    value: "trader",
    label: "A person",
    names: "Person",
    scope: (subject, me) => ({ kind: "trader", issuer: me.principal.issuer, subject }),
  },
  { value: "tenant", label: "All actions of this firm", names: "", scope: () => ({ kind: "tenant" }) },
  { value: "everything", label: "Everything, for every firm", names: "", scope: () => ({ kind: "everything" }) },
];

/** What to stop, and why. */
export function haltForm({
  connection,
  me,
  onDone,
}: {
  readonly connection: Connection;
  readonly me: MeView;
  readonly onDone: () => void;
}): HTMLElement {
  const offered = kinds.filter(({ value }) => value !== "everything" || me.may.halt_everything);
  const kind = element(
    "select",
    { id: "halt-kind" },
    ...offered.map(({ value, label }) => element("option", { value }, label)),
  );
  const name = element("input", { id: "halt-name", type: "text", maxlength: 512, autocomplete: "off" });
  const nameLabel = element("label", { for: "halt-name" }, "Client");
  const nameField = element("div", { class: "field" }, nameLabel, name);
  const reason = element("input", { id: "halt-reason", type: "text", maxlength: 2000, required: true });
  const problem = element("p", { class: "problem", role: "alert", hidden: true });
  const button = element("button", { type: "submit", class: "danger" }, "Halt");
  const form = element(
    "form",
    { novalidate: true },
    element("div", { class: "field" }, element("label", { for: "halt-kind" }, "Halt"), kind),
    nameField,
    element("div", { class: "field wide" }, element("label", { for: "halt-reason" }, "Reason"), reason),
    problem,
    element("div", { class: "buttons" }, button),
  );
  const chosen = (): Kind | undefined => offered.find(({ value }) => value === kind.value);
  kind.addEventListener("change", () => {
    const names = chosen()?.names ?? "";
    nameField.hidden = names === "";
    replaceContent(nameLabel, names);
  });
  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    replaceContent(problem, text);
  };
  onSubmit(form, async () => {
    const what = chosen();
    if (what === undefined) return;
    const missing =
      what.names !== "" && name.value.trim() === "" ? name : reason.value.trim() === "" ? reason : undefined;
    if (missing !== undefined) {
      say(missing === reason ? "Give a reason first." : `Say which ${what.names.toLowerCase()}.`);
      missing.focus();
      return;
    }
    say(undefined);
    const scope = what.scope(name.value.trim(), me);
    const answer = await connection.send("PUT", "/v1/halts", { scope, reason: reason.value.trim() });
    if (!answer.ok) return say(problemText(answer.problem));
    announce(`Halted: ${scopeText(scope)}`);
    form.reset();
    kind.dispatchEvent(new Event("change"));
    onDone();
  });
  return form;
}
