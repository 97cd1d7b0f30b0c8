// Where the public keys lie that verify tokens. In: an address or a file. Out: a function that finds the key for a token's
// header. Keys rotate: a key that is not known yet makes either source look again, at most every few seconds, so that
// neither a new key nor a flood of invented key ids costs more than that.

import { readFile } from "node:fs/promises";
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { KeysUnavailableError } from "./keys-unavailable-error.ts";

export interface KeySourceTimes {
  /** Milliseconds for which keys are good without looking again; a key that was withdrawn is refused after it. */
  readonly maxAgeMs?: number;
  /** Milliseconds between two looks for a key that is not known. */
  readonly cooldownMs?: number;
}

const defaultMaxAgeMs = 600_000;
const defaultCooldownMs = 5_000;

/**
 * A JWK set behind an address: https, or http on loopback; anybody on the way could answer another. Throws a `TypeError`
 * for other addresses. What it returns throws a `KeysUnavailableError` while the set cannot be had.
 */
export function keysFromUrl(address: string, times: KeySourceTimes = {}): JWTVerifyGetKey {
  const url = new URL(address);
  const isLoopback = url.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !isLoopback) {
    throw new TypeError(`the keys must come over https, not ${url.protocol}`);
  }
  const { maxAgeMs = defaultMaxAgeMs, cooldownMs = defaultCooldownMs } = times;
  const fetched = createRemoteJWKSet(url, {
    timeoutDuration: 3_000,
    cacheMaxAge: maxAgeMs,
    cooldownDuration: cooldownMs,
  });
  return async (header, token) => {
    try {
      return await fetched(header, token);
    } catch (error) {
      throw isAboutToken(error) ? error : new KeysUnavailableError("the keys could not be fetched", { cause: error });
    }
  };
}

/**
 * A JWK set in a file, such as a mounted secret: for networks without a way to the issuer. Read again as above. What it
 * returns throws a `KeysUnavailableError` while the file cannot be read as a JWK set.
 */
export function keysFromFile(file: string, times: KeySourceTimes = {}): JWTVerifyGetKey {
  const { maxAgeMs = defaultMaxAgeMs, cooldownMs = defaultCooldownMs } = times;
  let current: { readonly keys: JWTVerifyGetKey; readonly readAt: number } | undefined;
  const fresh = async (olderThanMs: number): Promise<JWTVerifyGetKey> => {
    const now = performance.now();
    if (current !== undefined && now - current.readAt < olderThanMs) return current.keys;
    current = { keys: await readKeySet(file), readAt: now };
    return current.keys;
  };
  return async (header, token) => {
    const keys = await fresh(maxAgeMs);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const again = await fresh(cooldownMs);
      if (again === keys) throw error;
      return await again(header, token);
    }
  };
}

async function readKeySet(file: string): Promise<JWTVerifyGetKey> {
  try {
    return createLocalJWKSet(JSON.parse(await readFile(file, "utf8")) as JSONWebKeySet);
  } catch (error) {
    throw new KeysUnavailableError(`the keys could not be read from ${file}`, { cause: error });
  }
}

function isAboutToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}
