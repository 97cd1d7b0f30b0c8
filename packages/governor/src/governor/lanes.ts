// Who decides next. Two actions that touch one account of the ledger cannot both be decided on the same figures, so within
// a process they wait for each other here, first come, first served, instead of meeting as conflicts in the store. Between
// processes the store's versions decide; whoever lost keeps its place in the lane.

export interface Lane {
  /** Resolves when everybody who came before has left. */
  readonly ready: Promise<void>;
  /** Must be called once, also where `ready` was not waited for. */
  readonly leave: () => void;
}

export interface Lanes {
  /** Enters all lanes at once, so no two actions can wait for each other. */
  readonly enter: (names: readonly string[]) => Lane;
}

interface Ticket {
  readonly names: readonly string[];
  readonly start: () => void;
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Ticket[]>();

  function startIfFirst(ticket: Ticket | undefined): void {
    if (ticket?.names.every((name) => lanes.get(name)?.[0] === ticket)) ticket.start();
  }

  return {
    enter: (names) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const ticket: Ticket = { names: [...new Set(names)], start: resolve };
      for (const name of ticket.names) {
        const lane = lanes.get(name);
        if (lane === undefined) lanes.set(name, [ticket]);
        else lane.push(ticket);
      }
      startIfFirst(ticket);
      let left = false;
      const leave = (): void => {
        if (left) return;
        left = true;
        for (const name of ticket.names) {
          const lane = lanes.get(name) ?? [];
          lane.splice(lane.indexOf(ticket), 1);
          if (lane.length === 0) lanes.delete(name);
        }
        for (const name of ticket.names) startIfFirst(lanes.get(name)?.[0]);
      };
      return { ready: promise, leave };
    },
  };
}
