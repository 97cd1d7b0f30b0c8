import type { Environment } from "./environment.ts";

/** Which model speaks. Keys stay in the environment, where the framework reads them. */
export type ModelSettings =
  /** Deterministic, in process, no account. `isChosen` is true where it was asked for by name. */
  | { readonly kind: "offline"; readonly isChosen: boolean }
  | { readonly kind: "api-key"; readonly name: string }
  | { readonly kind: "vertex"; readonly name: string; readonly project: string; readonly location: string };

const defaultName = "gemini-2.5-flash";
const keyNames = ["GOOGLE_GENAI_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"] as const;

/** By the variables that Google's own libraries read, and FLYBALL_MODEL: `offline`, or the name of a Gemini model. */
export function readModel(environment: Environment, problems: string[]): ModelSettings {
  const name = environment["FLYBALL_MODEL"] || undefined;
  if (name === "offline") return { kind: "offline", isChosen: true };
  if (name !== undefined && !/^gemini-[a-z0-9.-]{1,60}$/.test(name)) {
    problems.push(
      `FLYBALL_MODEL must be offline or the name of a Gemini model, such as ${defaultName}, and is "${name}"`,
    );
    return { kind: "offline", isChosen: true };
  }
  if (/^(true|1)$/i.test(environment["GOOGLE_GENAI_USE_VERTEXAI"] ?? "")) {
    const { GOOGLE_CLOUD_PROJECT: project, GOOGLE_CLOUD_LOCATION: location } = environment;
    if (!project || !location) {
      problems.push("GOOGLE_GENAI_USE_VERTEXAI needs GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION");
    }
    return { kind: "vertex", name: name ?? defaultName, project: project ?? "", location: location ?? "" };
  }
  if (keyNames.some((key) => environment[key])) return { kind: "api-key", name: name ?? defaultName };
  if (name !== undefined) {
    problems.push(
      `FLYBALL_MODEL is "${name}", which needs Vertex (GOOGLE_GENAI_USE_VERTEXAI) or one of ${keyNames.join(", ")}`,
    );
  }
  return { kind: "offline", isChosen: false };
}
