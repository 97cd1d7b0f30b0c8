// A server that speaks as much of Gemini's REST interface as the real client asks for, on loopback: what it answers is the test's.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface GeminiRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: a body is whatever the client sent
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

export interface GeminiServer {
  readonly url: string;
  readonly requests: readonly GeminiRequest[];
  /** Connections that the client has cut before they were answered. */
  readonly cut: () => number;
}

export async function geminiServer(
  answer: (request: GeminiRequest, response: ServerResponse, step: number) => void,
): Promise<GeminiServer> {
  const requests: GeminiRequest[] = [];
  let cut = 0;
  const server = createServer((incoming, response) => {
    let text = "";
    incoming.on("data", (chunk) => {
      text += String(chunk);
    });
    response.on("close", () => {
      if (!response.writableFinished) cut += 1;
    });
    incoming.on("end", () => {
      const request = { path: incoming.url ?? "", headers: incoming.headers, body: readJson(text) };
      requests.push(request);
      answer(request, response, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, cut: () => cut };
}

export function answerParts(response: ServerResponse, ...parts: readonly object[]): void {
  const candidates = [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }];
  const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ candidates, usageMetadata, modelVersion: "gemini-2.5-flash" }));
}

/** Not all that is asked of Google is JSON: a token is asked for without a body. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
