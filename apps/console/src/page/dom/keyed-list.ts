/**
 * Makes a list hold these items in this order, and keeps the elements of those that were there: what a person has written
 * into one, and where they are, survives an update.
 */
export function updateKeyedList<Item>(
  list: Element,
  items: readonly Item[],
  { key, make, update }: KeyedListOptions<Item>,
): void {
  const present = new Map<string, Element>();
  for (const child of list.children) {
    const name = child.getAttribute("data-key");
    if (name !== null) present.set(name, child);
  }
  const wanted = items.map((item) => {
    const name = key(item);
    const known = present.get(name);
    present.delete(name);
    if (known !== undefined) {
      update?.(known, item);
      return known;
    }
    const made = make(item);
    made.setAttribute("data-key", name);
    return made;
  });
  for (const gone of present.values()) gone.remove();
  wanted.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
}

interface KeyedListOptions<Item> {
  readonly key: (item: Item) => string;
  readonly make: (item: Item) => Element;
  readonly update?: (element: Element, item: Item) => void;
}
