// What generated code may call: README.md tells the meaning. The linker takes only what is reached.

export { depth, depthLimit, fuel, heap, heapLimit, strict } from "./host";
export { alloc, builtin_failed, spend } from "./host";
export { value_type } from "./value";
export { number_compare, string_equal, value_compare, value_equal } from "./compare";
export { number_add, number_divide, number_multiply, number_remainder, number_subtract } from "./number";
export { value_hash } from "./hash";
export {
  array_append,
  array_builder,
  array_finish,
  array_new,
  iterate_count,
  iterate_key,
  iterate_value,
  object_child,
  object_child_set,
  object_get,
  object_insert,
  object_new,
  object_put,
  set_add,
  set_has,
  set_new,
  value_get,
  value_get_string,
} from "./collection";
export { value_get_base, object_merge, value_patch, value_prepare } from "./document";
export { b_all, b_any, b_count, b_internal_member_2, b_internal_member_3, b_max, b_min, b_product, b_sort, b_sum } from "./builtins/aggregates";
export { b_abs, b_ceil, b_div, b_floor, b_minus, b_mul, b_plus, b_rem, b_round } from "./builtins/arithmetic";
export { b_array_concat, b_array_flatten, b_array_reverse, b_array_slice } from "./builtins/arrays";
export { b_bits_and, b_bits_lsh, b_bits_negate, b_bits_or, b_bits_rsh, b_bits_xor } from "./builtins/bits";
export { b_lower, b_upper } from "./builtins/casing";
export { b_net_cidr_contains, b_net_cidr_intersects, b_net_cidr_is_valid } from "./builtins/cidr";
export {
  b_base64_decode,
  b_base64_encode,
  b_base64_is_valid,
  b_base64url_decode,
  b_base64url_encode,
  b_base64url_encode_no_pad,
  b_hex_decode,
  b_hex_encode,
} from "./builtins/encoding";
export { b_glob_match, b_glob_quote_meta } from "./builtins/glob";
export { b_json_is_valid, b_json_marshal, b_json_unmarshal } from "./builtins/json";
export {
  b_object_filter,
  b_object_get,
  b_object_keys,
  b_object_remove,
  b_object_subset,
  b_object_union,
  b_object_union_n,
} from "./builtins/objects";
export { b_json_filter, b_json_patch, b_json_remove } from "./builtins/paths";
export { b_numbers_range, b_numbers_range_step, b_to_number } from "./builtins/ranges";
export { b_semver_compare, b_semver_is_valid } from "./builtins/semver";
export { b_and, b_intersection, b_or, b_set_diff, b_union } from "./builtins/sets";
export { b_format_int } from "./builtins/format-int";
export { b_sprintf } from "./builtins/sprintf";
export {
  b_concat,
  b_contains,
  b_endswith,
  b_indexof,
  b_indexof_n,
  b_replace,
  b_split,
  b_startswith,
  b_strings_any_prefix_match,
  b_strings_any_suffix_match,
  b_strings_count,
  b_strings_replace_n,
  b_strings_reverse,
  b_strings_split_n,
  b_substring,
} from "./builtins/strings";
export { b_internal_template_string } from "./builtins/template";
export { b_time_parse_rfc3339_ns } from "./builtins/time";
export { b_trim, b_trim_left, b_trim_prefix, b_trim_right, b_trim_space, b_trim_suffix } from "./builtins/trim";
export {
  b_cast_array,
  b_cast_boolean,
  b_cast_null,
  b_cast_object,
  b_cast_set,
  b_cast_string,
  b_is_array,
  b_is_boolean,
  b_is_null,
  b_is_number,
  b_is_object,
  b_is_set,
  b_is_string,
  b_type_name,
} from "./builtins/type-tests";
export { b_units_parse, b_units_parse_bytes } from "./builtins/units";
export { b_graph_reachable, b_graph_reachable_paths, b_walk } from "./builtins/walk";
