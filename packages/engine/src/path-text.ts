const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_STEP = 60;
const MOST_STEPS = 12;

/** A path for people: `input.orders[3].amount`. Steps that are unknown are left out, and long paths are cut. */
export function pathText(root: string, steps: readonly unknown[]): string {
  let text = root;
  for (const step of steps.slice(0, MOST_STEPS)) {
    if (typeof step === "number") {
      text += `[${step}]`;
    } else if (typeof step === "string") {
      const short = step.slice(0, LONGEST_STEP);
      text += NAME.test(short) ? `.${short}` : `[${JSON.stringify(short)}]`;
    }
  }
  return steps.length > MOST_STEPS ? `${text}...` : text;
}
