/** A histogram for Prometheus whose counting was done elsewhere. */
import { Histogram } from 'prom-client';

import { BOUNDS, type Durations } from './durations.js';

type Values = Awaited<ReturnType<Histogram['get']>>;
type Configuration = ConstructorParameters<typeof Histogram>[0];
type Counted = Iterable<readonly [labels: readonly string[], durations: Durations]>;

/** The library's types have a number where it has a word. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as just said
const TYPE = 'histogram' as unknown as Values['type'];

/** A histogram whose counting was done elsewhere: the library's own looks up its labels for every time that it counts. */
export class CountedHistogram extends Histogram {
  readonly #configuration: Configuration;
  readonly #counted: () => Counted;

  constructor(configuration: Configuration, counted: () => Counted) {
    super(configuration);
    this.#configuration = configuration;
    this.#counted = counted;
  }

  override async get(): Promise<Values> {
    const { name, help } = this.#configuration;
    const collect = (): void => undefined;
    return { name, help, type: TYPE, aggregator: 'sum', collect, values: [...this.#values()] };
  }

  /** What the library's registry asks for in place of `get`. */
  getForPromString(): Promise<Values> {
    return this.get();
  }

  *#values(): Iterable<Values['values'][number]> {
    const { name, labelNames = [] } = this.#configuration;
    for (const [values, { counts, sum, count }] of this.#counted()) {
      const labels = Object.fromEntries(labelNames.map((label, at) => [label, values[at] ?? '']));
      let below = 0;
      for (const [at, le] of BOUNDS.entries()) {
        below += counts[at] ?? 0;
        yield { labels: { le, ...labels }, value: below, metricName: `${name}_bucket` };
      }
      yield { labels: { le: '+Inf', ...labels }, value: count, metricName: `${name}_bucket` };
      yield { labels, value: sum / 1_000, metricName: `${name}_sum` };
      yield { labels, value: count, metricName: `${name}_count` };
    }
  }
}
