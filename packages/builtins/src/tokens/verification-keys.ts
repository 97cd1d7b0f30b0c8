import { createPublicKey, X509Certificate } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { decodePem } from "../crypto/pem.ts";
import { parseKeys, type VerificationKey } from "./json-web-key.ts";
import { SIGNATURE_ALGORITHMS } from "./signature-algorithms.ts";

/** Texts whose keys are kept, those that were used last. */
const KEPT = 100;
const parsed = new Map<string, readonly VerificationKey[]>();

/** The keys of a PEM certificate, a PEM public key, a JSON Web Key or a set of them; those for algorithms that are not known here are left out. Throws `BuiltinError`. */
export function verificationKeys(text: string): readonly VerificationKey[] {
  const known = parsed.get(text);
  const keys = known ?? readKeys(text);
  parsed.delete(text);
  parsed.set(text, keys);
  const oldest = parsed.keys().next();
  if (parsed.size > KEPT && !oldest.done) parsed.delete(oldest.value);
  return keys;
}

function readKeys(text: string): readonly VerificationKey[] {
  const block = decodePem(text);
  if (block === undefined)
    return parseKeys(text).filter(({ algorithm }) => algorithm === "" || SIGNATURE_ALGORITHMS.has(algorithm));
  if (block.rest !== "") throw new BuiltinError("extra data after a PEM certificate block");
  const key = (() => {
    try {
      if (block.type === "CERTIFICATE") return new X509Certificate(block.bytes).publicKey;
      if (block.type === "PUBLIC KEY")
        return createPublicKey({ key: Buffer.from(block.bytes), format: "der", type: "spki" });
    } catch (error) {
      const what = block.type === "CERTIFICATE" ? "certificate" : "public key";
      throw new BuiltinError(
        `failed to parse a PEM ${what}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    throw new BuiltinError("failed to extract a Key from the PEM certificate");
  })();
  return [{ algorithm: "", id: "", key }];
}
