import { describe, expect, test } from "vitest";
import { readEvents, type ServerEvent } from "../../../src/page/service/read-events.ts";

/** The events of a stream that arrives in these pieces. */
async function events(...pieces: readonly (string | Uint8Array<ArrayBuffer>)[]): Promise<readonly ServerEvent[]> {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
  const found: ServerEvent[] = [];
  await readEvents(stream, (event) => found.push(event));
  return found;
}

const one = { name: "text", data: { text: "a" } };

describe("a stream of events", () => {
  test("is read however it is cut and ended", async () => {
    expect(await events('event: text\ndata: {"text":"a"}\n\n')).toEqual([one]);
    expect(await events('event: text\r\ndata: {"text":"a"}\r\n\r\n')).toEqual([one]);
    expect(await events(...'event: text\r\ndata: {"text":"a"}\r\n\r\n'.split(""))).toEqual([one]);
    expect(await events('event:text\ndata:{"text"\ndata::"a"}\n\n')).toEqual([one]);
  });

  test("keeps a character whole that arrives in halves", async () => {
    const bytes = new TextEncoder().encode('data: "ü"\n\n');
    const cut = bytes.indexOf(0xc3) + 1;
    expect(await events(bytes.slice(0, cut), bytes.slice(cut))).toEqual([{ name: "message", data: "ü" }]);
  });

  test("has comments, fields and broken data that say nothing", async () => {
    expect(await events(': still here\nid: 7\nretry: 10\n\nevent: text\ndata: {"text":\n\n')).toEqual([]);
    expect(await events('data: nonsense\n\nevent: text\ndata: {"text":"a"}\n\n')).toEqual([one]);
  });

  test("that is cut in the middle of an event ends before it", async () => {
    expect(await events('event: text\ndata: {"text":"a"}\n\nevent: done\ndata: {"reply"')).toEqual([one]);
  });
});
