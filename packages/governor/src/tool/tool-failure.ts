/**
 * A tool throws this to state that the call had no effect ("the broker rejected the order"): the outcome is `failed`.
 * Anything else thrown by a tool that changes the world leaves the outcome `unknown`, since the effect may have
 * happened before the throw. The message is shown to the caller.
 */
export class ToolFailure extends Error {
  override readonly name: string = "ToolFailure";
}
