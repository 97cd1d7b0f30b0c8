// The parallel tool calls of one turn of a model arrive one after another in an order that means nothing. What one person
// asks for in one session within one turn of the event loop is gathered here and handed on as one set.

export interface Turns<Item> {
  readonly add: (name: string, item: Item) => void;
}

export function createTurns<Item>(decide: (items: readonly Item[]) => void): Turns<Item> {
  const waiting = new Map<string, Item[]>();
  return {
    add: (name, item) => {
      const items = waiting.get(name);
      if (items !== undefined) {
        items.push(item);
        return;
      }
      waiting.set(name, [item]);
      // Two turns, since the arguments of one call may take a microtask more to validate than those of another.
      setImmediate(() =>
        setImmediate(() => {
          const set = waiting.get(name) ?? [];
          waiting.delete(name);
          decide(set);
        }),
      );
    },
  };
}
