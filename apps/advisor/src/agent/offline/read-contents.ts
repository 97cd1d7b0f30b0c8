import type { LlmRequest } from "@google/adk";
import { recordOf, type Told, type ToldCall } from "./memory.ts";

export interface ReadContents {
  /** Before what the person said last. */
  readonly past: readonly Told[];
  readonly message: string;
  /** Since then. */
  readonly calls: readonly ToldCall[];
}

const deskReport = /^\(The desk reports, since the last message: ([\s\S]*)\)$/;

/** The framework's contents in order; an answer belongs to the first call of its tool that has none yet. */
export function readContents(contents: LlmRequest["contents"]): ReadContents {
  const told: Told[] = [];
  for (const { role, parts = [] } of contents) {
    for (const { text, functionCall, functionResponse } of parts) {
      if (functionCall?.name !== undefined) {
        const call = { tool: functionCall.name, arguments: recordOf(functionCall.args), answer: undefined };
        told.push({ kind: "call", call });
      } else if (functionResponse !== undefined) {
        const { name } = functionResponse;
        const index = told.findIndex(
          (one) => one.kind === "call" && one.call.tool === name && one.call.answer === undefined,
        );
        const found = told[index];
        if (found?.kind === "call")
          told[index] = { kind: "call", call: { ...found.call, answer: recordOf(functionResponse.response) } };
      } else if (text !== undefined && text !== "") {
        const report = deskReport.exec(text)?.[1];
        if (role === "model") told.push({ kind: "model", text });
        else told.push(report === undefined ? { kind: "user", text } : { kind: "desk", text: report });
      }
    }
  }
  // The last one is what the person says now, even where it is written like a report.
  const last = told.findLastIndex(({ kind }) => kind === "user" || kind === "desk");
  const said = told[last];
  const calls = told.slice(last + 1).flatMap((one) => (one.kind === "call" ? [one.call] : []));
  return { past: told.slice(0, Math.max(0, last)), message: said?.kind === "user" ? said.text : "", calls };
}
