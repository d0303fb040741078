/** The declared metrics as objects that count. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LabelValues } from 'prom-client';
import { METRICS } from './declarations.ts';
import type { MetricDeclaration, MetricName } from './declarations.ts';

type Labels = LabelValues<string>;

/** Holds the values of all metrics and writes them as Prometheus reads them. */
export class MetricRegistry {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  constructor() {
    // CPU, memory, event loop and garbage collection of the server process.
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, declaration] of Object.entries<MetricDeclaration>(METRICS)) {
      this.#add(name as MetricName, declaration);
    }
  }

  /** Counts one more, or `value` more. */
  increment(name: MetricName, labels: Labels = {}, value = 1): void {
    this.#counters.get(name)?.inc(labels, value);
  }

  /** Sets a gauge, or a counter that something else counts. */
  set(name: MetricName, value: number, labels: Labels = {}): void {
    this.#gauges.get(name)?.set(labels, value);
    this.#counters.get(name)?.inc(labels, value);
  }

  /** Forgets the values that `set` gave, before they are given anew. */
  clear(...names: readonly MetricName[]): void {
    for (const name of names) {
      this.#gauges.get(name)?.reset();
      this.#counters.get(name)?.reset();
    }
  }

  /** Adds a value to a histogram. */
  observe(name: MetricName, value: number, labels: Labels = {}): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  #add(name: MetricName, { type, help, labels, buckets }: MetricDeclaration): void {
    const configuration = { name, help, labelNames: [...labels], registers: [this.#registry] };
    switch (type) {
      case 'counter':
        this.#counters.set(name, new Counter(configuration));
        return;
      case 'gauge':
        this.#gauges.set(name, new Gauge(configuration));
        return;
      case 'histogram':
        this.#histograms.set(name, new Histogram({ ...configuration, buckets: [...(buckets ?? [])] }));
        return;
    }
  }
}
