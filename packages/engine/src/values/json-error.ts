export type JsonErrorCode =
  | "json_syntax"
  | "json_duplicate_key"
  | "json_too_deep"
  | "json_too_large"
  | "json_invalid_utf8"
  | "json_lone_surrogate"
  | "json_number_limit";

/** Where and why a text is no JSON that Flyball accepts. */
export class JsonError extends SyntaxError {
  readonly code: JsonErrorCode;
  /** Position in the text, in UTF-16 code units from 0; for `json_invalid_utf8` and `json_too_large`, in bytes. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** The keys and positions that lead to the place, as far as they are known. */
  readonly path: readonly (string | number)[];

  constructor(fault: {
    readonly code: JsonErrorCode;
    readonly message: string;
    readonly offset: number;
    readonly text: string;
    readonly path?: readonly (string | number)[];
  }) {
    const before = fault.text.slice(0, fault.offset);
    const line = before.split("\n").length;
    const column = fault.offset - (before.lastIndexOf("\n") + 1) + 1;
    super(`${fault.message} (line ${line}, column ${column})`);
    this.name = "JsonError";
    this.code = fault.code;
    this.offset = fault.offset;
    this.line = line;
    this.column = column;
    this.path = fault.path ?? [];
  }
}
