import type { Call, ExitStatus } from "../command.ts";
import type { MeterFlags } from "../commands/meter.ts";
import { createFileReader } from "../sources/file-reader.ts";
import { DEFAULT_LIMITS, sizeText } from "../sources/source-limits.ts";
import { UsageError } from "../usage-error.ts";
import { writeWhole } from "../write-whole.ts";
import { isMetered, meterModule } from "./meter-module.ts";
import { UnknownInstruction } from "./skip-instruction.ts";

export async function runMeter({ flags, positionals, output }: Call<MeterFlags>): Promise<ExitStatus> {
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError("meter needs the path of one module");
  if (flags.output === undefined) throw new UsageError("meter needs a place for what it makes: -o FILE");
  const bytes = new Uint8Array(createFileReader(DEFAULT_LIMITS).bytes(path));
  await checkModule(path, bytes);
  const metered = meteredOf(path, bytes);
  writeWhole(flags.output, metered);
  const summary = { output: flags.output, bytes: metered.length, before: bytes.length };
  output.out(
    flags.json
      ? `${JSON.stringify(summary, undefined, 2)}\n`
      : `${flags.output}: ${sizeText(metered.length)}, counts its steps (${sizeText(bytes.length)} before)\n`,
  );
  return 0;
}

async function checkModule(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const refuse = (message: string): never => {
    throw new UsageError([{ file: path, message }]);
  };
  const module = await WebAssembly.compile(bytes).catch((error: unknown) =>
    refuse(`is no WebAssembly module: ${error instanceof Error ? error.message : String(error)}`),
  );
  if (WebAssembly.Module.customSections(module, "flyball.manifest").length > 0)
    refuse("was made by flyball build and counts its steps already");
  if (isMetered(module)) refuse("counts its steps already");
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "opa_eval_ctx_new"))
    refuse("was not made by opa build -t wasm");
}

function meteredOf(path: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  try {
    const metered = meterModule(bytes);
    if (!WebAssembly.validate(metered)) throw new Error(`${path}: what came out of metering is no valid module`);
    return metered;
  } catch (error) {
    if (error instanceof UnknownInstruction)
      throw new UsageError([{ file: path, message: `has ${error.message}, whose cost is not known` }]);
    throw error;
  }
}
