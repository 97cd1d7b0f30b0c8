import { ABI_VERSION, type Manifest } from "@flyball/engine/abi";
import { positionAt, type SourceFile } from "../diagnostics/source-file.ts";
import type { LoweredModule } from "../lower/lowered-module.ts";
import type { QueryPlan } from "../plan/query-plan.ts";

/** As many strings as a host may intern; more would only make the manifest large. In the order in which the policy has them. */
const MAX_STRINGS = 512;
const MAX_STRING_LENGTH = 64;

/** What a host must know of a lowered module: docs/reference/abi.md, "Manifest". */
export function buildManifest(options: {
  readonly plan: QueryPlan;
  readonly lowered: LoweredModule;
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly digests: Manifest["digests"];
  readonly compiler: string;
}): Manifest {
  const { plan, lowered, sources } = options;
  const place = (span: { readonly file: string; readonly start: number }): { line: number; column: number } => {
    const source = sources.get(span.file);
    return source === undefined ? { line: 0, column: 0 } : positionAt(source, span.start);
  };
  const slots = (table: LoweredModule["frame"]): Manifest["frame"] => ({
    address: table.address,
    slots: table.slots,
  });
  return {
    version: ABI_VERSION,
    compiler: options.compiler,
    digests: options.digests,
    memory: { heapStart: lowered.heapStart, maxPages: lowered.ir.memory.maxPages },
    frame: slots(lowered.frame),
    data: slots(lowered.data),
    strings: listedStrings(lowered),
    otherString: lowered.otherString,
    constants: lowered.constants,
    entrypoints: lowered.entrypoints.map(({ name, export: symbol, slots: own, bound, builtins, clock }) => ({
      name,
      export: symbol,
      slots: own,
      fuel: bound === undefined ? {} : { bound },
      builtins,
      clock,
    })),
    builtins: lowered.builtins,
    documents: [...plan.documents].sort(),
    rules: plan.rules.map(({ name, span }, id) => ({
      id,
      name,
      file: span.file,
      line: place(span).line,
      trace: lowered.traces[id] ?? 0,
    })),
    sites: plan.sites.map(({ span, message }) => ({ file: span.file, ...place(span), message })),
  };
}

function listedStrings({ strings, otherString, comparedStrings }: LoweredModule): Manifest["strings"] {
  const short = [...strings].filter(([text, address]) => address !== otherString && text.length <= MAX_STRING_LENGTH);
  const some = new Set(short.slice(0, MAX_STRINGS).map(([text]) => text));
  const listed = [...strings].filter(([text]) => some.has(text) || comparedStrings.has(text));
  // Own properties, whatever the text.
  return Object.fromEntries(listed);
}
