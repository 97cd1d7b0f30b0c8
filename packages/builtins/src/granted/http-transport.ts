/** A request of `http.send`, checked. */
export interface HttpRequest {
  /** Capital letters. */
  readonly method: string;
  readonly url: string;
  /** Names as the policy wrote them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON text, or the text of `raw_body`. */
  readonly body: string;
  readonly timeoutMilliseconds: number;
  readonly followsRedirects: boolean;
  /** How often a request that found no answer is sent again. */
  readonly retries: number;
  /** The parameters `tls_...` as the policy wrote them. */
  readonly tls: Readonly<Record<string, string | boolean>>;
}

export interface HttpResponse {
  readonly statusCode: number;
  /** `OK`. */
  readonly statusText: string;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: Uint8Array;
}

/**
 * Sends a request and answers in the same turn. It decides where a policy may send to, and what the `tls` parameters and redirects mean; an exception means that there is no answer.
 */
export type HttpTransport = (request: HttpRequest) => HttpResponse;
