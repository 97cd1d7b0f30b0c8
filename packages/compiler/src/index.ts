/**
 * Rego to one WebAssembly module, at build time. In: texts and base documents as values. Out: a module of the ABI (docs/reference/abi.md), its manifest, diagnostics. It reads no files, and nothing of it
 * is needed to run what it made.
 */
export { allBuiltins, type BuiltinDeclaration } from "./builtins/builtin-table.ts";
export {
  type AssembleOptions,
  assemblePlan,
  type CompileOptions,
  type CompileResult,
  checkModules,
  compile,
  planModules,
} from "./compile.ts";
export type { Diagnostic, DiagnosticCode } from "./diagnostics/diagnostic.ts";
export { formatDiagnostic } from "./diagnostics/format-diagnostic.ts";
export { createSourceFile, positionAt, type SourceFile } from "./diagnostics/source-file.ts";
export { type FormatModuleOptions, type FormattedModule, formatModule } from "./format/format-module.ts";
export { type InterpretOptions, interpretPlan, type ReplacedInputDocument } from "./interpret/interpret-plan.ts";
export { PlanFault } from "./interpret/plan-fault.ts";
export { StepLimitReached } from "./interpret/step-limit-reached.ts";
export { isTooDeep } from "./limit-diagnostics.ts";
export { ModuleLimitError } from "./link/module-limit-error.ts";
export { parseModuleValue } from "./parse-module-value.ts";
export { planBuiltins } from "./plan/plan-builtins.ts";
export { printPlan } from "./plan/print-plan.ts";
export type { FunctionPlan, PlaceId, PlacePlan, QueryPlan } from "./plan/query-plan.ts";
export { type PlannedQuery, planQuery, type QuerySources } from "./plan-query.ts";
export type { TestRule } from "./prepare/find-tests.ts";
export {
  type PlannedModules,
  type PlanOptions,
  type PreparedPolicy,
  preparePolicy,
  type SourceModules,
} from "./prepare/prepare-policy.ts";
export type { SourceStatements } from "./prepare/source-statements.ts";
export { type ParsedModule, type ParseModuleOptions, parseModule } from "./syntax/parse-module.ts";
export { COMPILER_VERSION } from "./version.ts";
