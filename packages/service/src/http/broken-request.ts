import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problemDocument } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problem-catalogue.ts";

const codes: ReadonlyMap<string, ProblemCode> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
  ["HPE_HEADER_OVERFLOW", "headers_too_large"],
]);

/** Answers what never became a request (broken HTTP, headers too large, too slow) and closes the connection. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemDocument(codes.get(error.code ?? "") ?? "request_malformed");
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
