import type { HttpRequest } from "../granted/http-transport.ts";

/** What goes between the thread that evaluates and the thread that asks. */
export type NetworkQuestion =
  | { readonly kind: "request"; readonly request: HttpRequest; readonly deadlineMilliseconds: number }
  | { readonly kind: "addresses"; readonly name: string; readonly deadlineMilliseconds: number };

export type NetworkAnswer =
  | {
      readonly kind: "response";
      readonly statusCode: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: Uint8Array;
    }
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  | { readonly kind: "failure"; readonly message: string };

/** What the asking thread is told once. */
export interface NetworkRules {
  /** Origins, with the beginning of a path: `https://example.com/facts/`. */
  readonly allow: readonly string[];
  readonly maxResponseBytes: number;
  readonly maxRedirects: number;
  readonly insecureTls: boolean;
  readonly tlsFiles: boolean;
}

/** Whether a URL lies at or below one of the places that are allowed. Both are normalised as the WHATWG URL standard says, so that `..`, ports and letter case do not matter. */
export function isAllowed(url: URL, allow: readonly string[]): boolean {
  return allow.some((text) => {
    const place = new URL(text);
    if (place.origin !== url.origin || url.username !== "" || url.password !== "") return false;
    const path = place.pathname;
    return path.endsWith("/")
      ? url.pathname.startsWith(path)
      : url.pathname === path || url.pathname.startsWith(`${path}/`);
  });
}
