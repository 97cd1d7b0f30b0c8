import { BaseTool } from "@google/adk";
import type { ToolDeclaration } from "./tool-declaration.ts";

/** Under this name stands every call of a name that was not declared. It is in no declaration, so no model is told of it. */
export const unknownToolName = "unknown_tool";

type FunctionDeclaration = NonNullable<ReturnType<BaseTool["_getDeclaration"]>>;

/** A tool as the framework knows it: a name and a shape. What it does is registered with the governor alone. */
export class DeclaredTool extends BaseTool {
  readonly #declaration: FunctionDeclaration | undefined;

  constructor(
    declaration: Pick<ToolDeclaration, "name" | "description"> & Partial<Pick<ToolDeclaration, "parameters">>,
  ) {
    const { name, description, parameters } = declaration;
    super({ name, description });
    this.#declaration = parameters === undefined ? undefined : { name, description, parametersJsonSchema: parameters };
  }

  override _getDeclaration(): FunctionDeclaration | undefined {
    return this.#declaration;
  }

  /** Reached only where another plugin or agent keeps the governor's plugin from being asked. */
  override runAsync(): Promise<unknown> {
    return Promise.reject(new Error(`${this.name} was not executed: the call did not come through the governor`));
  }
}
