/** What a model is told about a tool. It has no field for who is asking: that is not the model's to say. */
export interface ToolDeclaration {
  /** The name of a tool that is registered with the governor, or of a proposal. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object. What counts is the schema that the governor has. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /**
   * Makes the tool a question: nothing runs, and the model is told how the policy would decide on this registered tool with
   * these arguments.
   */
  readonly proposes?: string;
}
