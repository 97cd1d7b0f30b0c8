import type { Store } from "@flyball/governor";
import { UsageError } from "../usage-error.ts";

/** The store in this file, or without one that of DATABASE_URL, for reading only. Throws a `StoreError`. */
export async function openAuditedStore(path: string | undefined): Promise<Store> {
  if (path !== undefined) {
    const { openSqliteStore } = await import("@flyball/governor/sqlite");
    return openSqliteStore({ path, readOnly: true });
  }
  // Not from the command's words: they are seen by everybody on the machine, and it may hold a password.
  const connectionString = process.env["DATABASE_URL"] ?? "";
  if (!/^postgres(ql)?:\/\//.test(connectionString)) {
    throw new UsageError("--database needs DATABASE_URL, beginning with postgres:// or postgresql://");
  }
  // The one command that needs the driver; it is found where the governor is installed.
  const { openPostgresStore } = await import("@flyball/governor/postgres");
  return await openPostgresStore({ connectionString, readOnly: true, connections: 2 });
}
