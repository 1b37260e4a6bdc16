// SPDX-License-Identifier: BSD-3-Clause
// Prometheus's text format, as far as the daemon writes it.

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a scrape, by metric. */
export class Scrape {
  #samples = new Map();

  constructor(text) {
    for (const line of text.split('\n')) {
      const match = line.startsWith('#') ? null : LINE.exec(line);
      if (!match) continue;
      const labels = {};
      for (const [, name, value] of (match[2] ?? '').matchAll(LABEL))
        labels[name] = value.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
      if (!this.#samples.has(match[1])) this.#samples.set(match[1], []);
      this.#samples.get(match[1]).push({labels, value: Number(match[3])});
    }
  }

  /** [{labels, value}] of the metric `turnpike_NAME`. */
  all(name) {
    return this.#samples.get(`turnpike_${name}`) ?? [];
  }

  /** The sum of those with these labels; undefined: there is no such metric. */
  sum(name, labels = {}) {
    const samples = this.#samples.get(`turnpike_${name}`);
    return samples?.filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
      .reduce((sum, sample) => sum + sample.value, 0);
  }
}
