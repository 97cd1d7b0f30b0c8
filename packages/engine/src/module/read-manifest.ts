import { ABI_VERSION, Control, MANIFEST_SECTION } from "../abi/layout.ts";
import type {
  DocumentSlot,
  Manifest,
  ManifestEntrypoint,
  ManifestRule,
  ManifestSite,
  RowTable,
  SlotForm,
  SlotTable,
} from "../abi/manifest.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { JsonError } from "../values/json-error.ts";
import { setOwn } from "../values/make-object.ts";
import { parseJson } from "../values/parse-json.ts";
import { ShapeReader } from "./shape-reader.ts";

const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_ADDRESS = 0xffff_ffff;
const MAX_ITEMS = 1_000_000;
const MAX_PATH = 64;
const MAX_ROW_DEPTH = 16;
const MAX_ROW_WIDTH = 4_096;

/**
 * The manifest of a module, with every member of the right type and every list bounded; what the members say of each other and of
 * the module is checked afterwards (`checkManifest`). Throws `PolicyLoadError`: `foreign_module`, `version_unsupported`, `manifest_invalid`.
 */
export function readManifest(module: WebAssembly.Module): Manifest {
  const sections = WebAssembly.Module.customSections(module, MANIFEST_SECTION);
  const [bytes] = sections;
  if (bytes === undefined) {
    throw new PolicyLoadError(
      "foreign_module",
      `the module has no section "${MANIFEST_SECTION}", and does not export what modules made by "opa build -t wasm" do`,
    );
  }
  if (sections.length > 1) throw new PolicyLoadError("manifest_invalid", "the module has more than one manifest");
  return manifestOf(new Uint8Array(bytes));
}

function manifestOf(bytes: Uint8Array): Manifest {
  const manifest = new ShapeReader(parsed(bytes), "");
  const version = manifest.member("version").integer(0, MAX_ADDRESS);
  if (version !== ABI_VERSION) {
    throw new PolicyLoadError(
      "version_unsupported",
      `the module is of ABI version ${version}; this engine runs version ${ABI_VERSION}`,
    );
  }
  const digests = manifest.member("digests");
  const memory = manifest.member("memory");
  const constants = manifest.member("constants");
  return Object.freeze({
    version,
    compiler: manifest.member("compiler").text(),
    digests: Object.freeze({ sources: digests.member("sources").text(), data: digests.member("data").text() }),
    memory: Object.freeze({
      heapStart: address(memory.member("heapStart"), 8),
      maxPages: memory.member("maxPages").integer(1, 65_536),
    }),
    frame: slotTable(manifest.member("frame")),
    data: slotTable(manifest.member("data")),
    strings: strings(manifest.member("strings")),
    otherString: address(manifest.member("otherString"), 8),
    constants: Object.freeze({
      start: address(constants.member("start"), 8),
      end: address(constants.member("end"), 8),
    }),
    entrypoints: manifest.member("entrypoints").list(MAX_ITEMS, entrypoint),
    builtins: manifest
      .member("builtins")
      .list(MAX_ITEMS, (item) =>
        Object.freeze({ name: item.member("name").text(), arity: item.member("arity").integer(0, 32) }),
      ),
    documents: manifest.member("documents").list(MAX_ITEMS, (item) => item.text()),
    rules: manifest.member("rules").list(MAX_ITEMS, rule),
    sites: manifest.member("sites").list(MAX_ITEMS, site),
  });
}

function parsed(bytes: Uint8Array): ReturnType<typeof parseJson> {
  try {
    return parseJson(bytes, { duplicateKeys: "error", maxDepth: 64, maxBytes: MAX_MANIFEST_BYTES });
  } catch (error) {
    if (error instanceof JsonError)
      throw new PolicyLoadError("manifest_invalid", `the module's manifest: ${error.message}`, { cause: error });
    throw error;
  }
}

/** An address behind the control block. */
function address(reader: ShapeReader, alignment: 4 | 8): number {
  const value = reader.integer(Control.end, MAX_ADDRESS);
  return value % alignment === 0 ? value : reader.fail(`a multiple of ${alignment}`);
}

function slotTable(reader: ShapeReader): SlotTable {
  return Object.freeze({
    address: address(reader.member("address"), 8),
    slots: reader.member("slots").list(MAX_ITEMS, (item) => slot(item)),
  });
}

const FORMS: readonly SlotForm[] = ["value", "constant", "present", "rows"];

function slot(reader: ShapeReader, depth = 0): DocumentSlot {
  const text = reader.member("as").text();
  const as = FORMS.find((form) => form === text) ?? reader.member("as").fail(FORMS.join(", "));
  const path = reader.member("path").list(MAX_PATH, (step) => step.step());
  const number = reader.member("slot").integer(0, MAX_ITEMS);
  if (as === "constant") return Object.freeze({ path, slot: number, as, ...through(reader.member("through")) });
  if (as !== "rows") return Object.freeze({ path, slot: number, as });
  if (depth === MAX_ROW_DEPTH) return reader.fail(`rows nested at most ${MAX_ROW_DEPTH} deep`);
  return Object.freeze({ path, slot: number, as, rows: rowTable(reader.member("rows"), depth + 1) });
}

function through(reader: ShapeReader): Pick<DocumentSlot, "through"> {
  const name = reader.optionalText();
  if (name === undefined) return {};
  return name === "upper" || name === "lower" ? { through: name } : reader.fail('"upper" or "lower"');
}

function rowTable(reader: ShapeReader, depth: number): RowTable {
  const key = reader.member("key").optionalInteger(0, MAX_ROW_WIDTH);
  return Object.freeze({
    width: reader.member("width").integer(0, MAX_ROW_WIDTH),
    ...(key === undefined ? {} : { key }),
    slots: reader.member("slots").list(MAX_ROW_WIDTH, (item) => slot(item, depth)),
  });
}

function strings(reader: ShapeReader): Manifest["strings"] {
  const table: Record<string, number> = {};
  for (const text of Object.keys(reader.record())) setOwn(table, text, address(reader.member(text), 8));
  return Object.freeze(table);
}

function entrypoint(reader: ShapeReader): ManifestEntrypoint {
  const bound = reader.member("fuel").member("bound").optionalInteger(0, Number.MAX_SAFE_INTEGER);
  return Object.freeze({
    name: reader.member("name").text(),
    export: reader.member("export").text(),
    slots: reader.member("slots").list(MAX_ITEMS, (item) => item.integer(0, MAX_ITEMS)),
    fuel: Object.freeze(bound === undefined ? {} : { bound }),
    builtins: reader.member("builtins").list(MAX_ITEMS, (item) => item.text()),
    clock: reader.member("clock").boolean(),
  });
}

function rule(reader: ShapeReader): ManifestRule {
  return Object.freeze({
    id: reader.member("id").integer(0, MAX_ITEMS),
    name: reader.member("name").text(),
    file: reader.member("file").text(),
    line: reader.member("line").integer(0, MAX_ADDRESS),
    trace: address(reader.member("trace"), 4),
  });
}

function site(reader: ShapeReader): ManifestSite {
  return Object.freeze({
    file: reader.member("file").text(),
    line: reader.member("line").integer(0, MAX_ADDRESS),
    column: reader.member("column").integer(0, MAX_ADDRESS),
    message: reader.member("message").text(),
  });
}
