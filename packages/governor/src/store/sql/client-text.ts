import { createHash } from "node:crypto";

/** As much as an index takes, in every alphabet. Characters. */
const longestClient = 256;

/** How a client is stored and looked for. A tool may say any text; what a column or its index would not take is stored as its digest. */
export function clientText(client: string): string {
  const isPlain = client !== "" && client.length <= longestClient && client.isWellFormed() && !/\p{Cc}/u.test(client);
  return isPlain ? client : `sha256:${createHash("sha256").update(JSON.stringify(client)).digest("hex")}`;
}
