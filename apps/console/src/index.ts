/**
 * The page at `/`, for people who talk to the advisor, review what it proposes, and answer for its policies.
 *
 * In: nothing. Out: its files, whole and in memory, for a service to serve. The page itself (`page/`) runs in a browser,
 * speaks to the service over HTTP alone, and inserts text as text. It must not decide anything: what it does not offer, the
 * service refuses too.
 */
export { readPageFiles } from "./read-page-files.ts";
