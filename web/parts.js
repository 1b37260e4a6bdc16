// SPDX-License-Identifier: BSD-3-Clause
// A long list, part by part as it is scrolled to: the page never has all 60,000 rows, nor asks for them.
import {part} from './api.js';
import {fill, h} from './dom.js';

const PART = 100, MOST = 5000;

export class Parts {
  /** `row(item)` makes an item's element, one that can have the focus. */
  constructor(path, row, empty) {
    this.path = path;
    this.row = row;
    this.empty = empty;
    this.rows = h('div', {class: 'rows', role: 'list'});
    this.foot = h('p', {class: 'foot dim', role: 'status'});
    this.element = h('div', {}, this.rows, this.foot);
    this.sight = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#more(), {rootMargin: '600px'});
    this.sight.observe(this.foot);
    this.items = new Map();
  }

  /** Begins anew, with what `query` finds. */
  show(query) {
    this.abort?.abort();
    this.abort = new AbortController();
    this.query = query;
    this.next = '';
    this.busy = false;
    this.items.clear();
    fill(this.rows);
    return this.#more();
  }

  async #more() {
    const {abort} = this;
    if (this.busy || this.next === null || !abort) return;
    this.busy = true;
    this.foot.textContent = 'Loading…';
    try {
      const {rows, next} = await part(this.path, {...this.query, '.limit': PART, ...(this.next ? {'.after': this.next} : {})}, abort.signal);
      this.#add(rows, next);
    } catch (error) {
      if (!abort.signal.aborted) this.foot.textContent = error.message;
    }
    if (this.abort === abort) this.busy = false;
    this.#again();
  }

  #add(rows, next) {
    for (const item of rows) {
      const element = this.row(item);
      this.items.set(item['.id'] ?? this.items.size, element);
      this.rows.append(element);
    }
    const size = this.rows.childElementCount;
    this.next = size >= MOST ? null : next;
    this.foot.textContent = size >= MOST && next ? `The first ${size} are shown: search for the others.`
      : size === 0 && !next ? this.empty : next ? `${size} so far` : `${size} in all`;
  }

  /** That the foot is in sight is told when it changes. A jump to the end may leave it in sight from one
   *  frame to the next: watched anew, it is told of in any case. */
  #again() {
    if (this.next === null) return;
    this.sight.unobserve(this.foot);
    this.sight.observe(this.foot);
  }

  end() {
    this.abort?.abort();
    this.sight.disconnect();
    this.next = null;
  }
}
