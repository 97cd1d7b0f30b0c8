/** The reference interpreter ran as many statements as it was allowed to. */
export class StepLimitReached extends Error {
  override readonly name = "StepLimitReached";

  constructor() {
    super("more statements than the limit allows");
  }
}
