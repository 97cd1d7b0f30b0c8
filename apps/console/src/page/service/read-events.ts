/** One server-sent event: its name, and its data, which is JSON here. */
export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

import { parseExactJson } from "./exact-json.ts";

/**
 * Reads a stream of server-sent events to its end (HTML, section 9.2.6). `EventSource` cannot send a body or a token. A
 * stream that is cut ends like any other; an event whose data is no JSON is left out.
 */
export async function readEvents(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let name = "message";
  let data: string[] = [];
  const line = (text: string): void => {
    if (text === "") {
      if (data.length > 0) emit(name, data.join("\n"), onEvent);
      name = "message";
      data = [];
      return;
    }
    const [, field = text, value = ""] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(text) ?? [];
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    }
  } catch {
    // Cut, or ended by the person: what came has been told.
  }
}

function emit(name: string, text: string, onEvent: (event: ServerEvent) => void): void {
  let data: unknown;
  try {
    data = parseExactJson(text);
  } catch {
    return;
  }
  onEvent({ name, data });
}
