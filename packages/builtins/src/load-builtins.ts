import type { BuiltinFunction } from "@flyball/engine";
import type { BuiltinTable } from "./builtin-table.ts";

/** Families of built-ins: which names, and how they are loaded. A family is one module, so its library comes with the first use. */
const FAMILIES: readonly { readonly names: readonly string[]; readonly load: () => Promise<BuiltinTable> }[] = [
  {
    names: ["count", "sum", "product", "max", "min", "sort", "all", "any"],
    load: async () => (await import("./aggregates.ts")).aggregates,
  },
  {
    names: [
      "array.concat",
      "array.flatten",
      "array.reverse",
      "array.slice",
      "and",
      "or",
      "set_diff",
      "union",
      "intersection",
      "internal.member_2",
      "internal.member_3",
      "object.get",
      "object.keys",
      "object.remove",
      "object.filter",
      "object.union",
      "object.union_n",
      "object.subset",
    ],
    load: async () => (await import("./collections.ts")).collections,
  },
  {
    names: [
      "eq",
      "equal",
      "neq",
      "lt",
      "lte",
      "gt",
      "gte",
      "plus",
      "minus",
      "mul",
      "div",
      "rem",
      "abs",
      "ceil",
      "floor",
      "round",
    ],
    load: async () => (await import("./comparisons.ts")).comparisons,
  },
  {
    names: [
      "is_array",
      "is_boolean",
      "is_null",
      "is_number",
      "is_object",
      "is_set",
      "is_string",
      "type_name",
      "cast_array",
      "cast_boolean",
      "cast_null",
      "cast_object",
      "cast_set",
      "cast_string",
      "to_number",
    ],
    load: async () => (await import("./type-tests.ts")).typeTests,
  },
  {
    names: [
      "concat",
      "contains",
      "startswith",
      "endswith",
      "lower",
      "upper",
      "indexof",
      "indexof_n",
      "replace",
      "split",
      "strings.split_n",
      "sprintf",
      "substring",
      "trim",
      "trim_left",
      "trim_right",
      "trim_prefix",
      "trim_suffix",
      "trim_space",
      "strings.reverse",
      "strings.count",
      "strings.replace_n",
      "strings.any_prefix_match",
      "strings.any_suffix_match",
      "format_int",
    ],
    load: async () => (await import("./strings.ts")).strings,
  },
  {
    names: ["json.marshal", "json.marshal_with_options", "json.unmarshal", "json.is_valid"],
    load: async () => (await import("./json/json-text.ts")).jsonText,
  },
  { names: ["units.parse", "units.parse_bytes"], load: async () => (await import("./units.ts")).units },
  {
    names: ["json.filter", "json.remove"],
    load: async () => (await import("./json/json-subsets.ts")).jsonSubsets,
  },
  { names: ["json.patch"], load: async () => (await import("./json/json-patch.ts")).jsonPatch },
  { names: ["semver.compare", "semver.is_valid"], load: async () => (await import("./semver.ts")).semver },
  {
    names: [
      "net.cidr_contains",
      "net.cidr_contains_matches",
      "net.cidr_expand",
      "net.cidr_intersects",
      "net.cidr_is_valid",
      "net.cidr_merge",
      "net.cidr_overlap",
    ],
    load: async () => (await import("./net/cidrs.ts")).cidrs,
  },
  { names: ["uuid.parse"], load: async () => (await import("./uuids.ts")).uuids },
  {
    names: ["urlquery.encode", "urlquery.decode", "urlquery.encode_object", "urlquery.decode_object"],
    load: async () => (await import("./url/queries.ts")).queries,
  },
  { names: ["uri.parse", "uri.is_valid"], load: async () => (await import("./url/uris.ts")).uris },
  { names: ["glob.match", "glob.quote_meta"], load: async () => (await import("./patterns/globs.ts")).globs },
  {
    names: ["yaml.marshal", "yaml.unmarshal", "yaml.is_valid"],
    load: async () => (await import("./yaml/yamls.ts")).yamls,
  },
  {
    names: [
      "crypto.md5",
      "crypto.sha1",
      "crypto.sha256",
      "crypto.hmac.md5",
      "crypto.hmac.sha1",
      "crypto.hmac.sha256",
      "crypto.hmac.sha512",
      "crypto.hmac.equal",
    ],
    load: async () => (await import("./crypto/hashes.ts")).hashes,
  },
  {
    names: [
      "io.jwt.decode",
      "io.jwt.decode_verify",
      "io.jwt.encode_sign",
      "io.jwt.encode_sign_raw",
      "io.jwt.verify_eddsa",
      "io.jwt.verify_es256",
      "io.jwt.verify_es384",
      "io.jwt.verify_es512",
      "io.jwt.verify_hs256",
      "io.jwt.verify_hs384",
      "io.jwt.verify_hs512",
      "io.jwt.verify_ps256",
      "io.jwt.verify_ps384",
      "io.jwt.verify_ps512",
      "io.jwt.verify_rs256",
      "io.jwt.verify_rs384",
      "io.jwt.verify_rs512",
    ],
    load: async () => (await import("./tokens/tokens.ts")).tokens,
  },
  { names: ["walk"], load: async () => (await import("./walks.ts")).walks },
  {
    names: ["graph.reachable", "graph.reachable_paths"],
    load: async () => (await import("./graphs.ts")).graphs,
  },
  {
    names: [
      "base64.encode",
      "base64.decode",
      "base64.is_valid",
      "base64url.encode",
      "base64url.encode_no_pad",
      "base64url.decode",
      "hex.encode",
      "hex.decode",
    ],
    load: async () => (await import("./encodings.ts")).encodings,
  },
  {
    names: [
      "regex.match",
      "re_match",
      "regex.is_valid",
      "regex.split",
      "regex.find_n",
      "regex.find_all_string_submatch_n",
      "regex.replace",
      "regex.globs_match",
      "regex.template_match",
    ],
    load: async () => (await import("./patterns/regular-expressions.ts")).regularExpressions,
  },
  {
    names: [
      "numbers.range",
      "numbers.range_step",
      "bits.and",
      "bits.or",
      "bits.xor",
      "bits.negate",
      "bits.lsh",
      "bits.rsh",
    ],
    load: async () => (await import("./numbers.ts")).numbers,
  },
  {
    names: ["internal.template_string"],
    load: async () => (await import("./templates.ts")).templates,
  },
  {
    names: [
      "time.now_ns",
      "time.clock",
      "time.date",
      "time.weekday",
      "time.format",
      "time.parse_ns",
      "time.parse_rfc3339_ns",
      "time.parse_duration_ns",
      "time.add_date",
      "time.diff",
    ],
    load: async () => (await import("./time/times.ts")).times,
  },
];

const familyOf: ReadonlyMap<string, (typeof FAMILIES)[number]> = new Map(
  FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)),
);

/** Whether a built-in of that Rego name is carried here. */
export function hasBuiltin(name: string): boolean {
  return familyOf.has(name);
}

/** The built-ins of the given Rego names, those that are carried here; names that are not are left out. */
export async function loadBuiltins(names: Iterable<string>): Promise<ReadonlyMap<string, BuiltinFunction>> {
  const found = new Map<string, BuiltinFunction>();
  for (const name of names) {
    const table = await familyOf.get(name)?.load();
    const builtin = table?.[name];
    if (builtin !== undefined) found.set(name, builtin);
  }
  return found;
}
