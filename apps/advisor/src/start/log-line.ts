/** One JSON object a line on standard output, with the fields that Cloud Logging reads. */
export function logLine(
  severity: "INFO" | "WARNING" | "ERROR",
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  process.stdout.write(`${JSON.stringify({ severity, time: new Date().toISOString(), message, ...fields })}\n`);
}
