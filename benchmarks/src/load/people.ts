import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** A JWK set, as the service reads it from a file. */
  readonly keysFile: string;
  /** Tokens of so many people, juniors and seniors by turns, good for an hour. */
  readonly tokens: (count: number) => readonly string[];
}

/**
 * An issuer for one run, so that the load comes from many people as it would in a firm; development tokens are for five.
 * RFC 7515 and 7519 with Node's own cryptography.
 */
export function makeIssuer(keysFile: string): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid: "load" };
  writeFileSync(keysFile, JSON.stringify({ keys: [key] }));
  const issuer = "https://issuer.load.test";
  const audience = "flyball-load";
  const now = Math.floor(Date.now() / 1000);
  const tokenOf = (subject: string, role: string): string => {
    const claims = { iss: issuer, aud: audience, sub: subject, iat: now, exp: now + 3_600, role, tenant: "demo" };
    const text = `${encode({ alg: "ES256", kid: "load" })}.${encode(claims)}`;
    const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  };
  const tokens = (count: number) =>
    Array.from({ length: count }, (_, index) => tokenOf(`trader-${index}`, index % 2 === 0 ? "junior" : "senior"));
  return { issuer, audience, keysFile, tokens };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
