import type { MeView } from "@flyball/service/http-views";

/** The conversation that this tab holds for a person; it outlives a reload and a restart of the service. */
export interface SessionName {
  readonly current: () => string;
  /** Whether something was said under this name, so that the service knows it. */
  readonly isKept: () => boolean;
  readonly keep: () => void;
  /** Another one from now on. The old conversation stays in the store. */
  readonly renew: () => void;
}

export function sessionName({ principal }: MeView): SessionName {
  const key = `flyball.session ${JSON.stringify([principal.issuer, principal.subject])}`;
  const made = (): string => `page-${crypto.randomUUID()}`;
  let name = sessionStorage.getItem(key) ?? made();
  return {
    current: () => name,
    isKept: () => sessionStorage.getItem(key) === name,
    keep: () => sessionStorage.setItem(key, name),
    renew: () => {
      name = made();
      sessionStorage.removeItem(key);
    },
  };
}
