import { BuiltinError } from "@flyball/engine";
import { makeSet } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { formatIp, parseIp } from "../net/ip-address.ts";
import { stringAt } from "../operand.ts";
import type { BuiltinGrants } from "./grants.ts";

/** Addresses of host names. The same name has the same addresses for the rest of the evaluation. */
export function addresses({ lookUpAddresses }: BuiltinGrants): BuiltinTable {
  if (lookUpAddresses === undefined) return {};
  return {
    "net.lookup_ip_addr": (args, { memo }) => {
      const name = stringAt(args, 0);
      const address = parseIp(name);
      if (address !== undefined) return makeSet([formatIp(address)]);
      const key = `net.lookup_ip_addr ${name}`;
      const known = memo?.get(key);
      if (known !== undefined) return known;
      const found = makeSet(lookUp(lookUpAddresses, name));
      memo?.set(key, found);
      return found;
    },
  };
}

function lookUp(lookUpAddresses: (name: string) => readonly string[], name: string): readonly string[] {
  try {
    return lookUpAddresses(name);
  } catch (error) {
    throw new BuiltinError(`lookup ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
