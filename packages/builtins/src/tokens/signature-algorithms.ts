import { constants, createHmac, createPublicKey, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";

/** How a JSON Web Signature is made (RFC 7518, RFC 8037). */
export type SignatureAlgorithm =
  | { readonly kind: "hmac"; readonly hash: Hash }
  | { readonly kind: "rsa"; readonly hash: Hash }
  | { readonly kind: "rsa-pss"; readonly hash: Hash }
  | { readonly kind: "ecdsa"; readonly hash: Hash }
  | { readonly kind: "eddsa" };

type Hash = "sha256" | "sha384" | "sha512";

const HASHES: readonly (readonly [string, Hash])[] = [
  ["256", "sha256"],
  ["384", "sha384"],
  ["512", "sha512"],
];

/** By the names that a token's header uses. */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  ...HASHES.flatMap(([bits, hash]): [string, SignatureAlgorithm][] => [
    [`HS${bits}`, { kind: "hmac", hash }],
    [`RS${bits}`, { kind: "rsa", hash }],
    [`PS${bits}`, { kind: "rsa-pss", hash }],
    [`ES${bits}`, { kind: "ecdsa", hash }],
  ]),
  ["EdDSA", { kind: "eddsa" }],
]);

/** Bytes of a coordinate by OpenSSL's name of the curve. */
const COORDINATES: ReadonlyMap<string, number> = new Map([
  ["prime256v1", 32],
  ["secp384r1", 48],
  ["secp521r1", 66],
  ["secp256k1", 32],
]);

export interface Signed {
  readonly algorithm: SignatureAlgorithm;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: KeyObject;
}

/** Whether the signature is right; false as well for a key that is not for the algorithm. `exact`: ECDSA's two numbers have the curve's size, and PSS's salt the hash's. */
export function isSignedBy(
  { algorithm, data, signature, key }: Signed,
  { exact }: { readonly exact: boolean },
): boolean {
  if (algorithm.kind === "hmac") {
    if (key.type !== "secret") return false;
    const wanted = createHmac(algorithm.hash, key).update(data).digest();
    return wanted.length === signature.length && timingSafeEqual(wanted, signature);
  }
  if (key.type === "secret") return false;
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  switch (algorithm.kind) {
    case "rsa":
      return publicKey.asymmetricKeyType === "rsa" && verify(algorithm.hash, data, publicKey, signature);
    case "rsa-pss":
      return (
        publicKey.asymmetricKeyType === "rsa" &&
        verify(
          algorithm.hash,
          data,
          {
            key: publicKey,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: exact ? constants.RSA_PSS_SALTLEN_DIGEST : constants.RSA_PSS_SALTLEN_AUTO,
          },
          signature,
        )
      );
    case "ecdsa":
      return isSignedByCurve(algorithm.hash, data, signature, publicKey, exact);
    case "eddsa":
      return publicKey.asymmetricKeyType === "ed25519" && verify(null, data, publicKey, signature);
  }
}

function isSignedByCurve(hash: Hash, data: Uint8Array, signature: Uint8Array, key: KeyObject, exact: boolean): boolean {
  const size = COORDINATES.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  if (key.asymmetricKeyType !== "ec" || size === undefined) return false;
  const fitted = exact ? signature : fitHalves(signature, size);
  if (fitted === undefined || fitted.length !== 2 * size) return false;
  return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, fitted);
}

/** Both halves with as many bytes as the curve's numbers have; undefined where one is larger. */
function fitHalves(signature: Uint8Array, size: number): Uint8Array | undefined {
  const middle = Math.floor(signature.length / 2);
  const fitted = new Uint8Array(2 * size);
  for (const [index, half] of [signature.subarray(0, middle), signature.subarray(middle)].entries()) {
    const first = half.findIndex((byte) => byte !== 0);
    const digits = first < 0 ? half.subarray(half.length) : half.subarray(first);
    if (digits.length > size) return undefined;
    fitted.set(digits, (index + 1) * size - digits.length);
  }
  return fitted;
}

/** A signature; undefined for a key that is not for the algorithm. ECDSA and PSS signatures are random, so they differ from call to call. */
export function signWith(algorithm: SignatureAlgorithm, key: KeyObject, data: Uint8Array): Uint8Array | undefined {
  if (algorithm.kind === "hmac")
    return key.type === "secret" ? createHmac(algorithm.hash, key).update(data).digest() : undefined;
  if (key.type !== "private") return undefined;
  const { asymmetricKeyType } = key;
  switch (algorithm.kind) {
    case "rsa":
      return asymmetricKeyType === "rsa" ? sign(algorithm.hash, data, key) : undefined;
    case "rsa-pss": {
      const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      return asymmetricKeyType === "rsa" ? sign(algorithm.hash, data, { key, ...padding }) : undefined;
    }
    case "ecdsa":
      return asymmetricKeyType === "ec" ? sign(algorithm.hash, data, { key, dsaEncoding: "ieee-p1363" }) : undefined;
    case "eddsa":
      return asymmetricKeyType === "ed25519" ? sign(null, data, key) : undefined;
  }
}
