// A model's answer before the framework sees it. In: whatever a model answered. Out: the same with nothing in it but text,
// thoughts and calls, each call under an id of ours and under the name of a declared tool, so that nothing a model writes there
// (ids, names, tool results, code to run, actions of the framework) means anything by itself.

import { canonicalJson, type PlainValue, toPlainValue } from "@flyball/governor";
import type { LlmResponse } from "@google/adk";
import { unknownToolName } from "./declared-tool.ts";
import type { GovernedCall } from "./governed-call.ts";
import { plainJson } from "./tell-model.ts";

/** A call, and what stands for it in the answer. */
export interface ReadCall extends GovernedCall {
  readonly shownName: string;
  readonly shownArguments: Readonly<Record<string, unknown>>;
}

export interface ReadResponse {
  readonly response: LlmResponse;
  readonly calls: readonly ReadCall[];
  /** How many calls there were; more than `calls` where there were too many. */
  readonly called: number;
}

export interface ReadOptions {
  readonly isDeclared: (name: string) => boolean;
  readonly newId: () => string;
  readonly maxCalls: number;
}

type Content = NonNullable<LlmResponse["content"]>;
type Part = NonNullable<Content["parts"]>[number];

/** Fields of an answer that say something about it; all others could be taken for fields of the framework's own event. */
const keptFields = [
  "partial",
  "turnComplete",
  "interrupted",
  "errorCode",
  "errorMessage",
  "finishReason",
  "usageMetadata",
  "modelVersion",
] as const satisfies readonly (keyof LlmResponse)[];

const maxParts = 2_000;
/** Far more than the arguments of any tool, and far less than what would hurt whoever copies them. */
const argumentLimits = { depth: 32, nodes: 5_000 };
const maxArgumentCharacters = 65_536;

export function readResponse(answer: LlmResponse, options: ReadOptions): ReadResponse {
  const response: Record<string, unknown> = {};
  for (const field of keptFields) {
    if (answer[field] !== undefined) response[field] = answer[field];
  }
  const calls: ReadCall[] = [];
  let called = 0;
  const given: unknown = answer.content?.parts;
  if (Array.isArray(given)) {
    const parts: Part[] = [];
    for (const part of given.slice(0, maxParts) as unknown[]) {
      if (typeof part !== "object" || part === null) continue;
      const { text, thought, thoughtSignature, functionCall } = part as Readonly<Record<string, unknown>>;
      const signed = {
        ...(thought === true ? { thought } : {}),
        ...(typeof thoughtSignature === "string" ? { thoughtSignature } : {}),
      };
      if (typeof text === "string") parts.push({ text: text.toWellFormed(), ...signed });
      // What comes in pieces is not complete until the whole comes.
      if (functionCall === undefined || functionCall === null || answer.partial === true) continue;
      called += 1;
      if (called > options.maxCalls) continue;
      const call = readCall(functionCall, options);
      calls.push(call);
      parts.push({ functionCall: { id: call.id, name: call.shownName, args: { ...call.shownArguments } }, ...signed });
    }
    response["content"] = { role: "model", parts };
  }
  return { response, calls, called };
}

function readCall(given: unknown, { isDeclared, newId }: ReadOptions): ReadCall {
  const { name, args = {} } = (typeof given === "object" ? given : {}) as {
    readonly name?: unknown;
    readonly args?: unknown;
  };
  const isText = typeof name === "string";
  const tool = isText ? name.slice(0, 64).toWellFormed() : "";
  const value = readArguments(args);
  const json = plainJson(value);
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  const shown = isObject ? (json as Readonly<Record<string, unknown>>) : {};
  return {
    id: newId(),
    tool,
    arguments: value,
    shownName: isText && name === tool && isDeclared(tool) ? tool : unknownToolName,
    shownArguments: shown,
  };
}

/** Null, which fits no tool, where they cannot be read or are too large. */
function readArguments(args: unknown): PlainValue {
  const plain = toPlainValue(args, argumentLimits);
  return plain.ok && canonicalJson(plain.value).length <= maxArgumentCharacters ? plain.value : null;
}
