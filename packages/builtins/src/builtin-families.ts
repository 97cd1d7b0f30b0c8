import type { BuiltinTable } from "./builtin-table.ts";
import type { BuiltinGrants } from "./granted/grants.ts";

/** Built-ins that are loaded together: a module, and with it the library that it stands on. */
export interface BuiltinFamily {
  readonly names: readonly string[];
  /** Without this grant the family is empty. */
  readonly needs?: keyof BuiltinGrants;
  /** Runs on Node's own modules, which Deno and Bun have and browsers do not. */
  readonly needsNode?: true;
  readonly load: (grants: BuiltinGrants) => Promise<BuiltinTable>;
}

/** All families. A name stands in one of them. */
export const BUILTIN_FAMILIES: readonly BuiltinFamily[] = [
  {
    names: words("count sum product max min sort all any"),
    load: async () => (await import("./aggregates.ts")).aggregates,
  },
  {
    names: words(`
      array.concat array.flatten array.reverse array.slice and or set_diff union intersection internal.member_2 internal.member_3
      object.get object.keys object.remove object.filter object.union object.union_n object.subset`),
    load: async () => (await import("./collections.ts")).collections,
  },
  {
    names: words("assign eq equal neq lt lte gt gte plus minus mul div rem abs ceil floor round"),
    load: async () => (await import("./comparisons.ts")).comparisons,
  },
  {
    names: words(`
      is_array is_boolean is_null is_number is_object is_set is_string type_name
      cast_array cast_boolean cast_null cast_object cast_set cast_string to_number`),
    load: async () => (await import("./type-tests.ts")).typeTests,
  },
  {
    names: words(`
      concat contains startswith endswith lower upper indexof indexof_n replace split strings.split_n sprintf substring
      trim trim_left trim_right trim_prefix trim_suffix trim_space strings.reverse strings.count strings.replace_n
      strings.any_prefix_match strings.any_suffix_match format_int`),
    load: async () => (await import("./strings.ts")).strings,
  },
  {
    names: ["strings.render_template"],
    load: async () => (await import("./text-template/render-template.ts")).textTemplates,
  },
  { names: ["internal.template_string"], load: async () => (await import("./templates.ts")).templates },
  {
    names: words("numbers.range numbers.range_step bits.and bits.or bits.xor bits.negate bits.lsh bits.rsh"),
    load: async () => (await import("./numbers.ts")).numbers,
  },
  { names: words("units.parse units.parse_bytes"), load: async () => (await import("./units.ts")).units },
  { names: words("semver.compare semver.is_valid"), load: async () => (await import("./semver.ts")).semver },
  { names: ["uuid.parse"], load: async () => (await import("./uuids.ts")).uuids },
  { names: ["walk"], load: async () => (await import("./walks.ts")).walks },
  { names: words("graph.reachable graph.reachable_paths"), load: async () => (await import("./graphs.ts")).graphs },
  {
    names: words(`
      base64.encode base64.decode base64.is_valid base64url.encode base64url.encode_no_pad base64url.decode
      hex.encode hex.decode`),
    load: async () => (await import("./encodings.ts")).encodings,
  },
  {
    names: words("json.marshal json.marshal_with_options json.unmarshal json.is_valid"),
    load: async () => (await import("./json/json-text.ts")).jsonText,
  },
  {
    names: words("json.filter json.remove"),
    load: async () => (await import("./json/json-subsets.ts")).jsonSubsets,
  },
  { names: ["json.patch"], load: async () => (await import("./json/json-patch.ts")).jsonPatch },
  {
    names: words("json.match_schema json.verify_schema"),
    load: async () => (await import("./json-schema/json-schemas.ts")).jsonSchemas,
  },
  {
    names: words("yaml.marshal yaml.unmarshal yaml.is_valid"),
    load: async () => (await import("./yaml/yamls.ts")).yamls,
  },
  {
    names: words(`
      graphql.is_valid graphql.parse graphql.parse_and_verify graphql.parse_query graphql.parse_schema graphql.schema_is_valid`),
    load: async () => (await import("./graphql/graphql-documents.ts")).graphqlDocuments,
  },
  {
    names: words("urlquery.encode urlquery.decode urlquery.encode_object urlquery.decode_object"),
    load: async () => (await import("./url/queries.ts")).queries,
  },
  { names: words("uri.parse uri.is_valid"), load: async () => (await import("./url/uris.ts")).uris },
  {
    names: words(`
      net.cidr_contains net.cidr_contains_matches net.cidr_expand net.cidr_intersects net.cidr_is_valid net.cidr_merge
      net.cidr_overlap`),
    load: async () => (await import("./net/cidrs.ts")).cidrs,
  },
  {
    names: words(`
      regex.match re_match regex.is_valid regex.split regex.find_n regex.find_all_string_submatch_n regex.replace
      regex.globs_match regex.template_match`),
    load: async () => (await import("./patterns/regular-expressions.ts")).regularExpressions,
  },
  { names: words("glob.match glob.quote_meta"), load: async () => (await import("./patterns/globs.ts")).globs },
  {
    names: words(`
      time.now_ns time.clock time.date time.weekday time.format time.parse_ns time.parse_rfc3339_ns
      time.parse_duration_ns time.add_date time.diff`),
    load: async () => (await import("./time/times.ts")).times,
  },
  {
    names: words(`
      crypto.md5 crypto.sha1 crypto.sha256 crypto.hmac.md5 crypto.hmac.sha1 crypto.hmac.sha256 crypto.hmac.sha512
      crypto.hmac.equal`),
    needsNode: true,
    load: async () => (await import("./crypto/hashes.ts")).hashes,
  },
  {
    names: words(`
      io.jwt.decode io.jwt.decode_verify io.jwt.encode_sign io.jwt.encode_sign_raw io.jwt.verify_eddsa
      io.jwt.verify_es256 io.jwt.verify_es384 io.jwt.verify_es512 io.jwt.verify_hs256 io.jwt.verify_hs384 io.jwt.verify_hs512
      io.jwt.verify_ps256 io.jwt.verify_ps384 io.jwt.verify_ps512 io.jwt.verify_rs256 io.jwt.verify_rs384 io.jwt.verify_rs512`),
    needsNode: true,
    load: async () => (await import("./tokens/tokens.ts")).tokens,
  },
  {
    names: words("crypto.parse_private_keys crypto.x509.parse_rsa_private_key"),
    needsNode: true,
    load: async () => (await import("./crypto/private-keys.ts")).privateKeys,
  },
  {
    names: words(`
      crypto.x509.parse_certificates crypto.x509.parse_certificate_request crypto.x509.parse_keypair
      crypto.x509.parse_and_verify_certificates crypto.x509.parse_and_verify_certificates_with_options`),
    needsNode: true,
    load: async () => (await import("./x509/x509.ts")).x509,
  },
  {
    names: ["providers.aws.sign_req"],
    needsNode: true,
    load: async () => (await import("./crypto/aws-signatures.ts")).awsSignatures,
  },
  {
    names: words("internal.print internal.test_case print trace"),
    load: async (grants) => (await import("./granted/printing.ts")).printing(grants),
  },
  {
    names: words("rand.intn uuid.rfc4122"),
    needs: "randomBytes",
    load: async (grants) => (await import("./granted/randomness.ts")).randomness(grants),
  },
  {
    names: ["opa.runtime"],
    needs: "runtime",
    load: async (grants) => (await import("./granted/runtime.ts")).runtime(grants),
  },
  {
    names: ["net.lookup_ip_addr"],
    needs: "lookUpAddresses",
    load: async (grants) => (await import("./granted/addresses.ts")).addresses(grants),
  },
  {
    names: ["rego.parse_module"],
    needs: "parseModule",
    load: async (grants) => (await import("./granted/module-parsing.ts")).moduleParsing(grants),
  },
  {
    names: ["http.send"],
    needs: "http",
    load: async (grants) => {
      const [{ httpSend }, { parseYaml }] = await Promise.all([
        import("./http/http-send.ts"),
        import("./yaml/parse-yaml.ts"),
      ]);
      return httpSend(grants, parseYaml);
    },
  },
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
