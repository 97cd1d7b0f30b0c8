// The chat over HTTP: docs/reference/chat.md. In: a message of a person. Out: one answer, or events as things happen; the same
// turn either way. Nothing here knows what a model is, or decides anything.

import { PassThrough } from "node:stream";
import { isSessionName, systemClock } from "@flyball/governor";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { jsonText } from "../../json/json-text.ts";
import { problemDocument, RequestProblem } from "../../problem/problem.ts";
import { sendProblem } from "../../problem/send-problem.ts";
import { sendJson } from "../answer-outcome.ts";
import type { RouteContext } from "../create-service.ts";
import { refuseOtherMethods } from "../refuse-other-methods.ts";
import type { ActionView } from "./action-view.ts";
import { type ChatOptions, defaultChatLimits } from "./chat-agent.ts";
import { readChatBody } from "./chat-body.ts";
import { beginTurn, endingProblems, TurnCut, type TurnParts, type TurnResult } from "./run-turn.ts";
import { viewConversation } from "./view-conversation.ts";

export interface ChatRoutes {
  /** Ends every turn that is under way; what it began settles first. */
  readonly stop: () => void;
}

export interface ChatRouteOptions extends ChatOptions {
  /** Told why a model gave no answer. */
  readonly onModelFault: (request: FastifyRequest, message: string) => void;
}

export function addChatRoutes(http: FastifyInstance, context: RouteContext, options: ChatRouteOptions): ChatRoutes {
  const { governor, store, principalOf } = context;
  const { agent } = options;
  const limits = { ...defaultChatLimits, ...options.limits };
  const parts: TurnParts = { governor, store, clock: systemClock, agent, limits };
  const running = new Set<AbortController>();

  http.get("/v1/chat", (request, reply) => {
    principalOf(request);
    return sendJson(reply, 200, {
      model: agent.model,
      simulated: agent.simulated,
      limits: {
        message_characters: limits.messageCharacters,
        turn_milliseconds: limits.turnMs,
        messages: limits.turns * 2,
      },
    });
  });

  http.post("/v1/chat", async (request, reply) => {
    const principal = principalOf(request);
    const body = readChatBody(request.body, limits.messageCharacters);
    if (running.size >= limits.concurrentTurns) throw new RequestProblem("chat_busy");
    const cut = new AbortController();
    running.add(cut);
    const cutWithConnection = (): void => cut.abort(new TurnCut("cancelled"));
    reply.raw.once("close", cutWithConnection);
    try {
      const answer = wantsEvents(request) ? answerWithEvents(reply, limits.heartbeatMs) : answerOnce(reply);
      const turn = await beginTurn(parts, { principal, ...body, cut: cut.signal, ...answer });
      const result = await answer.follow(turn.run);
      if (result.fault !== undefined) options.onModelFault(request, result.fault);
    } finally {
      reply.raw.removeListener("close", cutWithConnection);
      running.delete(cut);
    }
    return reply;
  });
  refuseOtherMethods(http, "/v1/chat", ["GET", "POST"]);

  http.get<{ Params: { id: string } }>("/v1/sessions/:id", async (request, reply) => {
    const principal = principalOf(request);
    const { id } = request.params;
    const chat = isSessionName(id) ? await store.readChat({ principal, session: id }) : undefined;
    if (chat === undefined) throw new RequestProblem("session_unknown");
    return sendJson(reply, 200, await viewConversation(parts, { principal, chat, now: parts.clock.now() }));
  });
  refuseOtherMethods(http, "/v1/sessions/:id", ["GET"]);

  return {
    stop: () => {
      for (const turn of running) turn.abort(new TurnCut("stopped"));
    },
  };
}

interface TurnAnswer {
  readonly onAction: (action: ActionView) => void;
  readonly onText: (text: string) => void;
  /** Runs the turn and answers with what comes of it. */
  readonly follow: (run: () => Promise<TurnResult>) => Promise<TurnResult>;
}

function answerOnce(reply: FastifyReply): TurnAnswer {
  return {
    onAction: () => {},
    onText: () => {},
    follow: async (run) => {
      const result = await run();
      const code = endingProblems[result.how];
      if (code === undefined) sendJson(reply, 200, viewResult(result));
      else sendProblem(reply, code, { detail: result.reply, extra: viewResult(result) });
      return result;
    },
  };
}

/** The first byte is sent once the turn has begun, so what stands in its way before is an ordinary problem document. */
function answerWithEvents(reply: FastifyReply, heartbeatMs: number): TurnAnswer {
  const stream = new PassThrough();
  // Whoever goes away ends the turn by the request's own "close"; what is written after that is nobody's.
  stream.on("error", () => {});
  const send = (event: string, data: unknown): void => {
    if (!stream.writableEnded && !stream.destroyed) stream.write(`event: ${event}\ndata: ${jsonText(data)}\n\n`);
  };
  return {
    onAction: (action) => send("action", action),
    onText: (text) => send("text", { text }),
    follow: async (run) => {
      reply.code(200).type("text/event-stream; charset=utf-8").header("x-accel-buffering", "no");
      stream.write(": begun\n\n");
      void reply.send(stream);
      const heartbeat = setInterval(() => stream.write(": going on\n\n"), heartbeatMs);
      try {
        const result = await run();
        const code = endingProblems[result.how];
        if (code === undefined) send("done", viewResult(result));
        else send("problem", { ...problemDocument(code, { detail: result.reply }), ...viewResult(result) });
        return result;
      } catch (error) {
        send("problem", problemDocument("internal_error"));
        throw error;
      } finally {
        clearInterval(heartbeat);
        stream.end();
      }
    },
  };
}

function viewResult({ session, turn, reply, model, actions, how }: TurnResult): Readonly<Record<string, unknown>> {
  return { session, turn, reply, model, actions, ...(how === "replied" ? {} : { ended: how }) };
}

function wantsEvents({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? "")
    .split(",")
    .some((type) => type.split(";")[0]?.trim().toLowerCase() === "text/event-stream");
}
