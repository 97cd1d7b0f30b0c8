/** A number with more digits or a larger exponent than Flyball calculates with. In a policy this is the fault `number_limit`. */
export class NumberLimitError extends RangeError {
  readonly code = "number_limit";

  constructor(message: string) {
    super(message);
    this.name = "NumberLimitError";
  }
}
