// Who is at the page. In: what the service says about how people identify themselves. Out: a person with a connection in
// their name. Credentials are kept for this tab alone, go to this service alone, and the key leaves the address bar at once.

import type { MeView, PageIdentity } from "@flyball/service/http-views";
import { type Connection, createConnection, problemText } from "../service/connection.ts";

/** Somebody at the page. */
export interface Person {
  /** What to call them in a list of people to choose from; empty where there is no choice. */
  readonly name: string;
  readonly me: MeView;
  readonly connection: Connection;
}

export type SignIn =
  | { readonly kind: "signed-in"; readonly person: Person; readonly people: readonly string[] }
  /** `asks` is what the person has to give; `because` is why what there was does not do. */
  | { readonly kind: "credential-needed"; readonly asks: "key" | "token"; readonly because: string | undefined }
  | { readonly kind: "unreachable"; readonly because: string };

const names = { key: "flyball.key", token: "flyball.token", person: "flyball.person" } as const;
/** In the order in which they are offered; others follow. */
const usual = ["junior", "senior", "reviewer"];

/** Takes the key out of the address, where `npm start` puts it, before anything else sees it. */
export function takeKeyFromAddress(): void {
  const key = /^#key=([A-Za-z0-9_-]{16,128})$/.exec(location.hash)?.[1];
  if (key === undefined) return;
  sessionStorage.setItem(names.key, key);
  history.replaceState(null, "", location.pathname);
}

export function keepCredential(asks: "key" | "token", value: string): void {
  sessionStorage.setItem(names[asks], value.trim());
}

export function choosePerson(name: string): void {
  sessionStorage.setItem(names.person, name);
}

export function signOut(): void {
  for (const name of Object.values(names)) sessionStorage.removeItem(name);
}

const anonymous: Connection = createConnection({ token: () => undefined, renew: () => Promise.resolve(false) });

export async function signIn(): Promise<SignIn> {
  const identity = await anonymous.get<{ readonly identity: PageIdentity }>("/console/identity.json");
  if (!identity.ok) return { kind: "unreachable", because: problemText(identity.problem) };
  return identity.value.identity === "development" ? signInAsDeveloper() : signInWithToken();
}

async function signInAsDeveloper(): Promise<SignIn> {
  const first = await developmentTokens();
  if (first.kind !== "tokens") return first;
  let { tokens } = first;
  const people = [...new Set([...usual, ...Object.keys(tokens)])].filter((name) => tokens[name] !== undefined);
  const chosen = sessionStorage.getItem(names.person);
  const name = people.find((each) => each === chosen) ?? people[0] ?? "";
  const connection = createConnection({
    token: () => tokens[name],
    // The service signs new tokens at each start.
    renew: async () => {
      const again = await developmentTokens();
      if (again.kind === "tokens") tokens = again.tokens;
      return again.kind === "tokens";
    },
  });
  const me = await connection.get<MeView>("/v1/me");
  if (!me.ok) return { kind: "unreachable", because: problemText(me.problem) };
  return { kind: "signed-in", person: { name, me: me.value, connection }, people };
}

type Tokens = { readonly kind: "tokens"; readonly tokens: Readonly<Record<string, string>> };

async function developmentTokens(): Promise<Tokens | Exclude<SignIn, { kind: "signed-in" }>> {
  const key = sessionStorage.getItem(names.key);
  if (key === null) return { kind: "credential-needed", asks: "key", because: undefined };
  const answer = await anonymous.send<Omit<Tokens, "kind">>("POST", "/v1/development/tokens", { key });
  if (answer.ok) return { kind: "tokens", tokens: answer.value.tokens };
  if (answer.problem.code !== "development_key_invalid") {
    return { kind: "unreachable", because: problemText(answer.problem) };
  }
  return { kind: "credential-needed", asks: "key", because: "This key is not the one of the running service." };
}

/** First without a token: a proxy in front may have recognised the person already. */
async function signInWithToken(): Promise<SignIn> {
  const token = sessionStorage.getItem(names.token) ?? undefined;
  const connection = createConnection({ token: () => token, renew: () => Promise.resolve(false) });
  const me = await connection.get<MeView>("/v1/me");
  if (me.ok) return { kind: "signed-in", person: { name: "", me: me.value, connection }, people: [] };
  if (me.problem.status !== 401) return { kind: "unreachable", because: problemText(me.problem) };
  const because = token === undefined ? undefined : problemText(me.problem);
  return { kind: "credential-needed", asks: "token", because };
}
