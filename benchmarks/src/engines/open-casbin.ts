import { newEnforcer, newModelFromString, StringAdapter } from "casbin";

const MODEL = `[request_definition]
r = role, act, amount, currency, level

[policy_definition]
p = role, act, level, most

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.role == p.role && r.act == p.act && r.level == p.level && r.amount > 0 && r.amount <= limit(p.most) && tradable(r.currency)
`;

const POLICY = `p, junior, execute_trade, allow, 5000
p, junior, execute_trade, review, 10000
p, senior, execute_trade, allow, 500000
p, senior, execute_trade, review, 1000000
`;

const BARRED: ReadonlySet<unknown> = new Set(["BTC", "ETH", "XRP"]);

/** The order limits as casbin says them, for the cases `limits*`: one question for each level, since casbin answers true or false. */
export async function openCasbin(): Promise<(input: unknown) => unknown> {
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(POLICY));
  await enforcer.addFunction("limit", (most: unknown) => Number(most));
  await enforcer.addFunction(
    "tradable",
    (currency: unknown) => typeof currency === "string" && !BARRED.has(currency.toUpperCase()),
  );
  return (input) => {
    const { action, amount, currency, role } = input as Readonly<Record<string, unknown>>;
    if (typeof amount !== "number") return "DENY";
    const asked = [role ?? "", action ?? "", amount, currency ?? null];
    if (enforcer.enforceSync(...asked, "allow")) return "ALLOW";
    return enforcer.enforceSync(...asked, "review") ? "MANUAL_REVIEW" : "DENY";
  };
}
