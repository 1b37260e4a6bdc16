// SPDX-License-Identifier: BSD-3-Clause
// Small pictures: a line of the last two minutes, and a bar of how full something is.
import {svg} from './dom.js';
import {percent} from './format.js';

const WIDTH = 120, HEIGHT = 30;

export class Spark {
  constructor(label) {
    this.line = svg('path', {class: 'spark-line', 'vector-effect': 'non-scaling-stroke'});
    this.area = svg('path', {class: 'spark-area'});
    this.element = svg('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none',
      role: 'img', 'aria-label': label}, this.area, this.line);
  }

  show(trail) {
    const values = trail.values, most = Math.max(...values, 1e-9);
    if (values.length < 2) return;
    const step = WIDTH / (trail.length - 1), from = WIDTH - step * (values.length - 1);
    const points = values.map((value, i) =>
      `${(from + i * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`);
    this.line.setAttribute('d', `M${points.join('L')}`);
    this.area.setAttribute('d', `M${from.toFixed(1)},${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z`);
  }
}

/** How much of `whole` is taken; from `warn` percent on it says so. */
export function bar(part, whole, warn = 80, bad = 95) {
  const full = percent(part, whole);
  const level = full >= bad ? 'bad' : full >= warn ? 'warn' : 'good';
  return svg('svg', {class: `bar ${level}`, viewBox: '0 0 100 8', preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${full.toFixed(0)} percent`},
    svg('rect', {class: 'bar-whole', width: 100, height: 8}), svg('rect', {class: 'bar-part', width: full.toFixed(1), height: 8}));
}
