import { decodeUtf8 } from "../bytes.ts";
import { parseIp } from "../net/ip-address.ts";
import { escapePath, unescapeBytes } from "./percent-encoding.ts";

/** The parts of a URL that a policy sees; empty where there is none. */
export interface UrlParts {
  readonly scheme: string;
  /** Name and port, IPv6 in brackets. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  /** The path as it was written, where writing `path` anew would not give the same; else `path`. */
  readonly rawPath: string;
  /** The path with everything encoded that must be. */
  readonly escapedPath: string;
  readonly rawQuery: string;
  readonly fragment: string;
}

/** A URL or a relative reference as Go's url.Parse reads it; undefined where that is an error. */
export function parseUrl(text: string): UrlParts | undefined {
  const hash = text.indexOf("#");
  const fragment = hash < 0 ? "" : unescapeText(text.slice(hash + 1));
  const parts = parseWithoutFragment(hash < 0 ? text : text.slice(0, hash));
  return parts === undefined || fragment === undefined ? undefined : { ...parts, fragment };
}

const NOTHING: Omit<UrlParts, "fragment"> = {
  scheme: "",
  host: "",
  hostname: "",
  port: "",
  path: "",
  rawPath: "",
  escapedPath: "",
  rawQuery: "",
};

function parseWithoutFragment(text: string): Omit<UrlParts, "fragment"> | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\0-\x1f\x7f]/.test(text) || text.startsWith(":")) return undefined;
  if (text === "*") return { ...NOTHING, path: "*", rawPath: "*", escapedPath: "*" };
  const [, scheme = ""] = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text) ?? [];
  const afterScheme = scheme === "" ? text : text.slice(scheme.length + 1);
  const question = afterScheme.indexOf("?");
  const rawQuery = question < 0 ? "" : afterScheme.slice(question + 1);
  const rest = question < 0 ? afterScheme : afterScheme.slice(0, question);
  const known = { ...NOTHING, scheme: scheme.toLowerCase(), rawQuery };
  if (!rest.startsWith("/")) {
    // A path without a root behind a scheme is opaque.
    if (scheme !== "") return known;
    if (rest.split("/", 1)[0]?.includes(":")) return undefined;
  }
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (!hasAuthority) return withPath(known, rest);
  const slash = rest.indexOf("/", 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  const host = parseAuthority(known.scheme, authority);
  return host === undefined ? undefined : withPath({ ...known, ...host }, slash < 0 ? "" : rest.slice(slash));
}

function withPath(parts: Omit<UrlParts, "fragment">, written: string): Omit<UrlParts, "fragment"> | undefined {
  const bytes = unescapeBytes(written);
  if (bytes === undefined) return undefined;
  const path = decodeUtf8(bytes);
  const escaped = escapePath(bytes);
  const escapedPath = /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/.test(written) ? written : escaped;
  return { ...parts, path, rawPath: escaped === written ? path : written, escapedPath };
}

interface Host {
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
}

function parseAuthority(scheme: string, authority: string): Host | undefined {
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? "" : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || unescapeText(user) === undefined) return undefined;
  const host = authority.slice(at + 1);
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return undefined;
  return bracket === 0 ? parseLiteral(host) : parseName(scheme, host);
}

/** `[IPv6]`, with a zone behind `%25`. */
function parseLiteral(host: string): Host | undefined {
  const close = host.lastIndexOf("]");
  const colonPort = host.slice(close + 1);
  if (close < 0 || !isOptionalPort(colonPort)) return undefined;
  const inner = host.slice(1, close);
  const zoneAt = inner.indexOf("%25");
  const address = unescapeHost(zoneAt < 0 ? inner : inner.slice(0, zoneAt));
  const zone = zoneAt < 0 ? "" : unescapeZone(inner.slice(zoneAt));
  if (address === undefined || zone === undefined || zone === "%" || !address.includes(":")) return undefined;
  const hostname = address + zone;
  return parseIp(address) === undefined
    ? undefined
    : { host: `[${hostname}]${colonPort}`, hostname, port: colonPort.slice(1) };
}

function parseName(scheme: string, host: string): Host | undefined {
  const first = host.indexOf(":");
  const last = host.lastIndexOf(":");
  // Lists of hosts with ports are let through where the scheme is not HTTP's.
  const portAt = scheme === "http" || scheme === "https" ? first : last;
  if (portAt >= 0 && !isOptionalPort(host.slice(portAt))) return undefined;
  const plain = unescapeHost(host);
  if (plain === undefined) return undefined;
  const colon = plain.lastIndexOf(":");
  return colon >= 0 && isOptionalPort(plain.slice(colon))
    ? { host: plain, hostname: plain.slice(0, colon), port: plain.slice(colon + 1) }
    : { host: plain, hostname: plain, port: "" };
}

function isOptionalPort(text: string): boolean {
  return /^(:\d*)?$/.test(text);
}

/** In a host only bytes outside ASCII, and the percent sign, may be encoded. */
function unescapeHost(text: string): string | undefined {
  if (!/^[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]%\x80-\u{10ffff}]*$/u.test(text)) return undefined;
  if (/%(?!25)[0-7]/.test(text)) return undefined;
  return unescapeText(text);
}

function unescapeZone(text: string): string | undefined {
  if (!/^[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]%\x80-\u{10ffff}]*$/u.test(text)) return undefined;
  for (const [pair] of text.matchAll(/%[0-9a-fA-F]{2}/g)) {
    const character = String.fromCharCode(Number.parseInt(pair.slice(1), 16));
    const isAllowed = pair === "%25" || character === " " || /^[A-Za-z0-9\-._~!"$&'()*+,:;<=>[\]]$/.test(character);
    if (!isAllowed) return undefined;
  }
  return unescapeText(text);
}

function unescapeText(text: string): string | undefined {
  if (!text.includes("%")) return text;
  const bytes = unescapeBytes(text);
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}
