/** A thread with an HTTP and an HTTPS server, since the thread that evaluates waits while it is answered. Tells its parent the ports, then the path and headers of each request. */
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";

let failures = 0;

const answer: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  parentPort?.postMessage({ seen: pathname, headers: request.headers }); // oxlint-disable-line unicorn/require-post-message-target-origin
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    switch (pathname) {
      case "/echo":
        response.setHeader("content-type", "application/json");
        response.setHeader("x-two", ["a", "b"]);
        response.end(
          JSON.stringify({ method: request.method, headers: request.headers, body: Buffer.concat(parts).toString() }),
        );
        break;
      case "/redirect":
        response.writeHead(Number(searchParams.get("status") ?? 302), { location: searchParams.get("to") ?? "/echo" });
        response.end();
        break;
      case "/big":
        response.end("x".repeat(Number(searchParams.get("bytes"))));
        break;
      case "/slow":
        break;
      case "/flaky":
        if (failures++ < 2) request.socket.destroy();
        else response.end("at last");
        break;
      default:
        response.writeHead(404);
        response.end();
    }
  });
};

const plain = createServer(answer).listen(0, "127.0.0.1", () => {
  const secure = createSecureServer(
    {
      key: readFileSync(new URL("key.pem", import.meta.url)),
      cert: readFileSync(new URL("certificate.pem", import.meta.url)),
    },
    answer,
  ).listen(0, "127.0.0.1", () => {
    const port = (server: typeof plain | typeof secure) => (server.address() as AddressInfo).port;
    parentPort?.postMessage({ http: port(plain), https: port(secure) }); // oxlint-disable-line unicorn/require-post-message-target-origin
  });
});
