import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface TestServer {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly bodies: string[];
  /** How many connections were made. */
  readonly connections: () => number;
  /** Ends every connection at once, as a server does that goes away. */
  readonly cut: () => void;
}

/** A real HTTP server on loopback that answers as `answer` says; gone when the test is. */
export async function testServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const bodies: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString());
      answer(request, response);
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${port}/v1/data/finance/decision`,
    bodies,
    connections: () => connections,
    cut: () => server.closeAllConnections(),
  };
}

/** An answer of status 200 with this body. */
export function says(body: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  };
}
