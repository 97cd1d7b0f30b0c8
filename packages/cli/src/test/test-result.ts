/** What became of one test. */
export interface TestResult {
  /** `data.finance_test.test_limits` */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly outcome: "pass" | "fail" | "error" | "skip";
  /** Why it is an error. */
  readonly error?: string;
  /** Of tests that name cases: each of them, by its path of names. */
  readonly cases: readonly TestCase[];
  /** What `print` printed. */
  readonly printed: readonly string[];
  /** What a test that failed failed at, where that is known. */
  readonly failure?: Failure;
  /** Its value as JSON, where it has one that is not true. */
  readonly value?: string;
  readonly frame: FrameCheck;
  /** Of the evaluation in the module, in nanoseconds. */
  readonly duration: number;
}

export interface TestCase {
  readonly path: readonly string[];
  readonly passed: boolean;
}

/** The first expression of a test's body that does not hold, with what is in it. */
export interface Failure {
  readonly line: number;
  /** The expression as written, on one line. */
  readonly text: string;
  readonly values: readonly FailureValue[];
  /** How often evaluation came to it; the values are those of the last time. */
  readonly attempts: number;
}

export interface FailureValue {
  readonly text: string;
  /** As JSON; absent where it is undefined. */
  readonly value?: string;
}

/** How a test's expressions under `with input` did when they were evaluated as an application would. */
export interface FrameCheck {
  /** Whether the test replaces input at all. */
  readonly hasInput: boolean;
  /** Evaluations through the frame that answered the same. */
  readonly same: number;
  /** Why others could not go through the frame. */
  readonly reasons: readonly string[];
}

export const NO_FRAME: FrameCheck = { hasInput: false, same: 0, reasons: [] };
