import { ENCODER_VERSION } from "../abi/layout.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import type { EncoderModule } from "./encoder-module.ts";

/** The encoder, if it was written for the module with this digest and for this engine. Throws `PolicyLoadError` with `encoder_mismatch`. */
export function checkEncoder(encoder: EncoderModule, digest: string): EncoderModule {
  const { version, digests, encoders } = encoder;
  if (typeof encoders !== "object" || !Array.isArray(digests))
    refuse("it is no module that `flyball build --encoder` wrote");
  if (version !== ENCODER_VERSION)
    refuse(`it is of version ${String(version)}; this engine takes version ${ENCODER_VERSION}`);
  if (!digests.includes(digest)) refuse(`it was written for ${digests.join(" and ")}, the policy is ${digest}`);
  return encoder;
}

function refuse(message: string): never {
  throw new PolicyLoadError("encoder_mismatch", `the encoder does not belong to the policy: ${message}`);
}
