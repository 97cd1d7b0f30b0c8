import { type ProblemCode, problemCatalogue } from "./problem-catalogue.ts";

/** A field of the request that is at fault; `field` is dotted, as in `arguments.amount`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** RFC 9457. `type` is stable, like `code`, which is its last part. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

export interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

export function problemDocument(code: ProblemCode, details: ProblemDetails = {}): ProblemDocument {
  const { status, title } = problemCatalogue[code];
  return { type: `urn:flyball:problem:${code}`, title, status, code, ...details };
}

/** Ends the handling of a request with a problem document. */
export class RequestProblem extends Error {
  override readonly name: string = "RequestProblem";
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? problemCatalogue[code].title);
    this.code = code;
    this.details = details;
  }
}
