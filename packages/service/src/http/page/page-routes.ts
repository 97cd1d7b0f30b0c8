// The page at `/`: a fixed set of files in memory, each at its own address. No address is ever turned into a path of the
// file system, so there is no traversal to prevent. Nothing but this service's own files may be loaded or run by the page,
// and text cannot become markup there: the browser itself refuses it (Trusted Types).

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { refuseOtherMethods } from "../refuse-other-methods.ts";
import type { PageFile, PageOptions } from "./page-options.ts";

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const headers: Readonly<Record<string, string>> = Object.freeze({
  "content-security-policy": contentSecurityPolicy,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  // For browsers that do not know frame-ancestors.
  "x-frame-options": "DENY",
  // Kept, but asked about each time: an old page must not speak to a new service.
  "cache-control": "no-cache",
});

/** Where the page learns how people say who they are. */
const identityPath = "/console/identity.json";

export function addPageRoutes(http: FastifyInstance, { files, identity }: PageOptions): void {
  const about = { path: identityPath, type: "application/json; charset=utf-8", bytes: bytesOf({ identity }) };
  const link = preloads(files);
  for (const file of [...files, about]) addFile(http, file, file.path === "/" ? link : undefined);
}

function bytesOf(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function addFile(http: FastifyInstance, { path, type, bytes }: PageFile, link: string | undefined): void {
  const plain = { body: Buffer.from(bytes), etag: etagOf(bytes) };
  const packed = isText(type) ? packedOf(bytes) : undefined;
  http.get(path, { config: { isPublic: true } }, (request: FastifyRequest, reply: FastifyReply) => {
    const form = packed !== undefined && takesGzip(request.headers["accept-encoding"]) ? packed : plain;
    reply.headers({ ...headers, etag: form.etag });
    if (packed !== undefined) reply.header("vary", "accept-encoding");
    if (link !== undefined) reply.header("link", link);
    if (matches(request.headers["if-none-match"], form.etag)) return reply.code(304).send();
    if (form === packed) reply.header("content-encoding", "gzip");
    return reply.type(type).send(form.body);
  });
  refuseOtherMethods(http, path, ["GET"]);
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
}

/** Fonts are packed already. */
function isText(type: string): boolean {
  return type.startsWith("text/") || type.startsWith("image/svg");
}

/** Once, at the start; what gzip makes no smaller stays as it is. */
function packedOf(bytes: Uint8Array): { readonly body: Buffer; readonly etag: string } | undefined {
  const body = gzipSync(bytes, { level: 9 });
  return body.length < bytes.length ? { body, etag: etagOf(body) } : undefined;
}

/** RFC 9110, section 12.5.3, as far as it takes: gzip is named, and not with a weight of 0. */
function takesGzip(header: string | string[] | undefined): boolean {
  const named = String(header ?? "").split(",");
  return named.some((each) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(each));
}

/** RFC 9110, section 13.1.2: weak comparison with each of a list, or `*`. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => ["*", etag, `W/${etag}`].includes(each.trim()));
}

/** Modules name each other, so without this a browser would fetch them one level after the other. */
function preloads(files: readonly PageFile[]): string | undefined {
  const modules = files.filter(({ type }) => type.startsWith("text/javascript"));
  if (modules.length === 0) return undefined;
  return modules.map(({ path }) => `<${path}>; rel="modulepreload"`).join(", ");
}
