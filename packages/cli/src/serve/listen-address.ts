import { UsageError } from "../usage-error.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8181`, `[::1]:8181`, `localhost:0`; `:8181` is every address of the machine, as in OPA. Throws `UsageError`. */
export function listenAddress(text: string): ListenAddress {
  const [, bracketed, plain = "", digits = ""] =
    /^(?:http:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) throw new UsageError(`--addr ${text}: must be HOST:PORT, as 127.0.0.1:8181`);
  return { host: bracketed ?? (plain === "" ? "::" : plain), port };
}
