import { plainText } from "./plain-text.ts";

export type Child = Node | string | undefined;
/** `false` and undefined leave an attribute out, `true` sets it without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The only way in which this page makes elements. Text becomes text nodes, whatever is in it; nothing here parses markup,
 * and the content security policy bars everything that would.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...nodesOf(children));
  return made;
}

/** Puts these in place of what an element holds. */
export function replaceContent(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...nodesOf(children));
}

function nodesOf(children: readonly Child[]): Node[] {
  return children
    .filter((child) => child !== undefined)
    .map((child) => (typeof child === "string" ? document.createTextNode(plainText(child)) : child));
}

/** A part of the page that index.html has. */
export function part<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`the page has no ${type.name} with the id ${id}`);
  return found;
}
