import type { MeView } from "@flyball/service/http-views";

/** The conversation that this tab holds for a person; it outlives a reload and a restart of the service. */
export interface SessionName {
  readonly current: () => string;
  /** The old conversation stays in the store. */
  readonly renew: () => void;
}

export function sessionName({ principal }: MeView): SessionName {
  const key = `flyball.session ${JSON.stringify([principal.issuer, principal.subject])}`;
  const renew = (): string => {
    const name = `page-${crypto.randomUUID()}`;
    sessionStorage.setItem(key, name);
    return name;
  };
  return { current: () => sessionStorage.getItem(key) ?? renew(), renew };
}
