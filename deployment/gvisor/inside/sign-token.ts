import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:http";

export interface Issuer {
  /** A token for one role of the development tenant; `by` signs with another key than the published one. */
  readonly token: (role: string, by?: KeyObject) => string;
  /** A key that nobody published. */
  readonly stranger: KeyObject;
  readonly close: () => void;
}

const curve = { namedCurve: "P-256" };

/**
 * An issuer of tokens for a test: publishes its public key at the address where the service looks for it (loopback), and
 * signs with the private one. RFC 7515 and 7519, with Node's own cryptography, since nothing else is there.
 */
export async function openIssuer(settings: {
  readonly issuer: string;
  readonly audience: string;
  readonly keysUrl: string;
}): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", curve);
  const keys = [{ ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid: "check" }];
  const { hostname, port } = new URL(settings.keysUrl);
  const server = await listen(JSON.stringify({ keys }), { hostname, port: Number(port) });
  return {
    token: (role, by = privateKey) => {
      const now = Math.floor(Date.now() / 1000);
      const { issuer, audience } = settings;
      const claims = {
        iss: issuer,
        aud: audience,
        sub: `check-${role}`,
        iat: now,
        exp: now + 300,
        role,
        tenant: "demo",
      };
      const text = `${encode({ alg: "ES256", kid: "check" })}.${encode(claims)}`;
      return `${text}.${sign("sha256", Buffer.from(text), { key: by, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    },
    stranger: generateKeyPairSync("ec", curve).privateKey,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function listen(
  body: string,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(body);
    });
    server.once("error", reject);
    server.listen(port, hostname, () => resolve(server));
  });
}
