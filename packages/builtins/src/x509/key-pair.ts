import { BuiltinError } from "@flyball/engine";
import { makeObject, type RegoValue } from "@flyball/engine/values";
import { decodeBase64, decodeUtf8 } from "../bytes.ts";
import { decodePem } from "../crypto/pem.ts";
import { readPrivateKey } from "../crypto/private-keys.ts";
import { areEqual, parseCertificates } from "./certificate.ts";
import { base64, certificateValue } from "./certificate-value.ts";

/** A certificate (or several, the leaf first) and its private key with the fields of Go's tls.Certificate. Throws `BuiltinError`, also where the key is another certificate's. */
export function keyPairValue(certificateText: string, keyText: string): RegoValue {
  const blocks = blocksOf(certificateText, "CERTIFICATE").filter(({ type }) => type === "CERTIFICATE");
  const [first] = blocks;
  if (first === undefined) throw new BuiltinError("tls: failed to find any PEM data in certificate input");
  const keyBlock = blocksOf(keyText, "PRIVATE KEY").find(
    ({ type }) => type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY"),
  );
  if (keyBlock === undefined) throw new BuiltinError("tls: failed to find any PEM data in key input");
  const [leaf, ...more] = parseCertificates(first.bytes);
  if (leaf === undefined || more.length > 0) throw new BuiltinError("x509: trailing data");
  const { value, publicKey } = readPrivateKey(keyBlock.bytes);
  if (!areEqual(publicKey, leaf.publicKey.raw)) throw new BuiltinError("tls: private key does not match public key");
  return makeObject([
    ["Certificate", blocks.map(({ bytes }) => base64(bytes))],
    ["PrivateKey", value],
    ["SupportedSignatureAlgorithms", null],
    ["OCSPStaple", null],
    ["SignedCertificateTimestamps", null],
    ["Leaf", certificateValue(leaf)],
  ]);
}

interface Block {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The blocks of a PEM text, or of base64 of one; other base64 is one block. */
function blocksOf(text: string, type: string): readonly Block[] {
  let rest = text;
  if (!text.startsWith("-----BEGIN")) {
    const bytes = decodeBase64(text, { alphabet: "standard", padding: true });
    if (bytes === undefined) throw new BuiltinError("illegal base64 data");
    rest = decodeUtf8(bytes);
    if (!rest.startsWith("-----BEGIN")) return [{ type, bytes }];
  }
  const blocks: Block[] = [];
  for (let block = decodePem(rest); block !== undefined; block = decodePem(rest)) {
    rest = block.rest;
    blocks.push(block);
  }
  return blocks;
}
