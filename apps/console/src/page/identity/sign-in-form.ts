import { element } from "../dom/element.ts";
import { keepCredential } from "./sign-in.ts";

const texts = {
  key: {
    title: "Open the page by its link",
    hint: "npm start prints a link that ends in #key=…; open that one, or paste its key here. The key is also in .flyball/console-key, and keeps other users of this machine out.",
    label: "Key",
  },
  token: {
    title: "Sign in",
    hint: "Paste an access token of your identity provider. It stays in this tab and is sent to this service only.",
    label: "Access token",
  },
} as const;

/** Asks for the credential and calls `done` once it is kept. */
export function signInForm(asks: "key" | "token", because: string | undefined, done: () => void): HTMLElement {
  const { title, hint, label } = texts[asks];
  const error = because === undefined ? undefined : element("p", { class: "problem", id: "credential-error" }, because);
  const describedBy = error === undefined ? "credential-hint" : "credential-error credential-hint";
  const input = element("input", {
    id: "credential",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: true,
    maxlength: 8192,
    "aria-describedby": describedBy,
    "aria-invalid": error !== undefined,
  });
  const form = element(
    "form",
    { class: "sign-in" },
    element("h2", {}, title),
    element("p", { id: "credential-hint", class: "hint" }, hint),
    error,
    element("label", { for: "credential" }, label),
    input,
    element("button", { type: "submit", class: "primary" }, "Continue"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keepCredential(asks, input.value);
    done();
  });
  return form;
}
