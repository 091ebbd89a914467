/** Numbers as Prometheus reads them; each is looked up when somebody asks, and until then costs nothing. */
import type { Gauge as Level } from '@usher/core/adapter';
import { Counter, Gauge, Registry } from 'prom-client';

import { CountedHistogram } from './counted-histogram.js';
import type { Durations } from './durations.js';

/** What belongs to some labels, in the order in which the metric names them. */
export type Labelled<Value> = readonly [labels: readonly string[], value: Value];

/** What a metric is called, what it means, and by which labels it is told apart. */
export interface MetricName {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

type Samples = () => Iterable<Labelled<number>> | Promise<Iterable<Labelled<number>>>;

/** A set of metrics. */
export class Exposition {
  /** One of its own: several houses in one process do not share it. */
  readonly registry = new Registry();
  #asked: Promise<string> | undefined;

  /** The media type of the text. */
  get type(): string {
    return this.registry.contentType;
  }

  /** The names of all metrics. */
  get names(): readonly string[] {
    return this.registry.getMetricsAsArray().map(({ name }) => name);
  }

  /** All of them as of now. However many ask at a time, it is put together once. */
  text(): Promise<string> {
    this.#asked ??= this.registry.metrics().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  /** What goes up and down. */
  gauge(metric: MetricName, samples: Samples): void {
    const gauge = new Gauge({
      ...metric,
      registers: [this.registry],
      collect: async () => {
        const current = await samples();
        gauge.reset();
        for (const [labels, value] of current) gauge.labels(...labels).set(value);
      },
    });
  }

  /** What only grows. */
  counter(metric: MetricName, samples: Samples): void {
    const counter = new Counter({
      ...metric,
      registers: [this.registry],
      collect: async () => {
        const current = await samples();
        counter.reset();
        for (const [labels, value] of current) counter.labels(...labels).inc(value);
      },
    });
  }

  /** How much there is, and as a metric of its own how much there may be. */
  level(metric: MetricName, limit: string, levels: () => Iterable<Labelled<Level>>): void {
    this.gauge(metric, () => Array.from(levels(), ([labels, { used }]) => [labels, used] as const));
    this.gauge({ ...metric, name: `${metric.name}_limit`, help: limit }, () =>
      [...levels()].flatMap(([labels, one]): Labelled<number>[] =>
        one.limit === undefined ? [] : [[labels, one.limit]],
      ),
    );
  }

  /** How long something took. */
  histogram(metric: MetricName, durations: () => Iterable<Labelled<Durations>>): void {
    void new CountedHistogram({ ...metric, registers: [this.registry] }, durations);
  }
}
