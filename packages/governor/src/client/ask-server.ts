import { getKey, isMap, isObject, parseJson, type RegoValue } from "@flyball/engine/values";
import type { ServerConnection } from "./server-connection.ts";
import { closeAnswer, type SideAnswer } from "./side-answer.ts";

/** What an OPA server is sent: the input's JSON text, or undefined for "no input". */
export type InputText = string | undefined;

/** Asks the OPA server. Never rejects. */
export async function askServer(connection: ServerConnection, input: InputText): Promise<SideAnswer> {
  const startedAt = performance.now();
  const exchange = await connection.send(input === undefined ? "{}" : `{"input":${input}}`);
  const evaluation = exchange.kind === "body" ? readEvaluation(exchange.body) : exchange;
  return closeAnswer({ evaluation, policyDigest: null, entrypoint: null, startedAt });
}

/** OPA answers `{ "result": VALUE }`, without `result` where the decision is undefined; other fields are its own. */
function readEvaluation(body: Uint8Array): unknown {
  let answer: RegoValue;
  try {
    answer = parseJson(body);
  } catch {
    return invalid("is not strict JSON");
  }
  if (!isObject(answer) || isMap(answer)) return invalid("is not a JSON object");
  const value = getKey(answer, "result");
  return value === undefined ? { kind: "undefined" } : { kind: "value", value };
}

function invalid(found: string): { readonly kind: "fault"; readonly code: string; readonly message: string } {
  return { kind: "fault", code: "policy_output_invalid", message: `The OPA server's answer ${found}.` };
}
