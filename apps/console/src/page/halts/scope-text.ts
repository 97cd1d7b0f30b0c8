import type { HaltView } from "@flyball/service/http-views";

/** What a halt stops, for people. */
export function scopeText(scope: HaltView["scope"]): string {
  switch (scope.kind) {
    case "everything":
      return "Everything, for every firm";
    case "tenant":
      return "All actions of this firm";
    case "trader":
      return `Person ${scope.subject} (${scope.issuer})`;
    case "client":
      return `Client ${scope.client}`;
    case "tool":
      return `Tool ${scope.tool}`;
    default:
      return assertNever(scope);
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected scope ${JSON.stringify(value)}`);
}
