import type { StartOptions } from "@flyball/service";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

/**
 * OpenTelemetry's metrics of this process, to be scraped at `GET /metrics`. The exporter opens no port of its own: the service
 * answers, behind its own tokens.
 */
export function startTelemetry(): Required<Pick<StartOptions, "meter" | "readMetrics">> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer();
  const meter = new MeterProvider({ readers: [exporter] }).getMeter("flyball");
  observeProcess(meter);
  return { meter, readMetrics: async () => serializer.serialize((await exporter.collect()).resourceMetrics) };
}

/** Names of the semantic conventions for processes and V8. */
function observeProcess(meter: Required<StartOptions>["meter"]): void {
  const resident = meter.createObservableGauge("process.memory.usage", {
    description: "Physical memory of the process.",
    unit: "By",
  });
  resident.addCallback((observed) => observed.observe(process.memoryUsage.rss()));
  const heap = meter.createObservableGauge("v8js.memory.heap.used", {
    description: "Heap that is in use.",
    unit: "By",
  });
  heap.addCallback((observed) => observed.observe(process.memoryUsage().heapUsed));
}
