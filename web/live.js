// SPDX-License-Identifier: BSD-3-Clause
// What is asked for again and again: while the page is looked at, and one question at a time.

/** Calls `ask(signal)` now and `pause` milliseconds after each answer, until the function that this
 *  returns is called. What it throws is told to `failed`. */
export function live(ask, pause, failed = () => {}) {
  const end = new AbortController();
  let timer = 0, busy = false;

  async function turn() {
    clearTimeout(timer);
    if (busy || end.signal.aborted || document.hidden) return;
    busy = true;
    try {
      await ask(end.signal);
    } catch (error) {
      if (!end.signal.aborted) failed(error);
    }
    busy = false;
    if (!end.signal.aborted) timer = setTimeout(turn, pause);
  }

  document.addEventListener('visibilitychange', turn, {signal: end.signal});
  end.signal.addEventListener('abort', () => clearTimeout(timer));
  turn();
  return () => end.abort();
}

/** Counters become rates: rates.of('name', value) is how many a second since it was last asked, null
 *  at first and when a counter has begun anew. */
export class Rates {
  #last = new Map();

  of(name, value, now = performance.now()) {
    const last = this.#last.get(name);
    this.#last.set(name, {value, now});
    if (!last || value < last.value || now - last.now < 1 || now - last.now > 30000) return null;
    return ((value - last.value) * 1000) / (now - last.now);
  }
}

/** The last values of something. */
export class Trail {
  constructor(length = 60) {
    this.length = length;
    this.values = [];
  }

  add(value) {
    if (value === null || value === undefined) return;
    this.values.push(value);
    if (this.values.length > this.length) this.values.shift();
  }

  get last() {
    return this.values.at(-1) ?? null;
  }
}
