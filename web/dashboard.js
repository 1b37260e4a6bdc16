// SPDX-License-Identifier: BSD-3-Clause
// The first page: what is wrong, and how much of everything there is.
import {fill, h, say} from './dom.js';
import {bits, bytes, count, rate, when} from './format.js';
import {BUSY, problems} from './problems.js';
import {bar, Spark} from './spark.js';
import {watch} from './state.js';

function panel(title, ...content) {
  return h('section', {class: 'panel'}, h('h2', {}, title), content);
}

class Tile {
  constructor(label, href) {
    this.value = h('strong', {class: 'big'}, '–');
    this.more = h('span', {class: 'dim'});
    this.spark = new Spark(label);
    this.element = h(href ? 'a' : 'div', {class: 'tile', href}, h('span', {class: 'label'}, label), this.value, this.more, this.spark.element);
  }

  show(value, more, trail) {
    say(this.value, value);
    say(this.more, more);
    this.spark.show(trail);
  }
}

/** The rows of a table keep their elements, so that what is drawn in them goes on. */
class Rows {
  constructor(body, make) {
    this.body = body;
    this.make = make;
    this.rows = new Map();
  }

  show(items, key) {
    const keys = items.map(key);
    for (const [name, row] of this.rows)
      if (!keys.includes(name)) {
        row.element.remove();
        this.rows.delete(name);
      }
    items.forEach((item, i) => {
      if (!this.rows.has(keys[i])) this.rows.set(keys[i], this.make(item));
      const row = this.rows.get(keys[i]);
      if (this.body.children[i] !== row.element) this.body.insertBefore(row.element, this.body.children[i] ?? null);
      row.show(item);
    });
  }
}

function table(...columns) {
  const body = h('tbody');
  return [h('div', {class: 'scroll'}, h('table', {}, h('thead', {}, h('tr', {}, columns.map((name) =>
    h('th', {scope: 'col', class: name.startsWith('#') ? 'number' : null}, name.replace('#', ''))))), body)), body];
}

export function lamp(level, text) {
  return h('span', {class: `lamp ${level}`}, text);
}

function portRow(state) {
  const name = h('td'), link = h('td'), received = h('td', {class: 'number'}), forwarded = h('td', {class: 'number'});
  const dropped = h('td', {class: 'number'}), spark = new Spark('Frames received');
  const element = h('tr', {}, name, link, received, forwarded, dropped, h('td', {class: 'wide'}, spark.element));
  return {element, show(port) {
    const trails = state().traffic.get(port.name);
    const drops = state().drops.filter((drop) => drop.port === port.name).reduce((sum, drop) => sum + drop.rate, 0);
    fill(name, h('strong', {}, port.name), ' ', h('span', {class: 'dim'}, port.role ?? ''));
    fill(link, port.running ? lamp('good', 'up') : lamp('bad', 'no link'));
    say(received, trails?.octets.last ? bits(trails.octets.last) : rate(trails?.received.last, 'pps'));
    say(forwarded, rate(trails?.forwarded.last, 'pps'));
    say(dropped, rate(drops, 'pps'));
    dropped.className = drops >= 100 ? 'number warn' : 'number';
    if (trails) spark.show(trails.received);
  }};
}

function poolRow() {
  const name = h('td'), used = h('td', {class: 'number'}), meter = h('td', {class: 'wide'});
  return {element: h('tr', {}, name, used, meter), show(pool) {
    say(name, pool.name);
    say(used, pool.total === undefined ? count(pool.used) : `${count(pool.used)} / ${count(pool.total)}`);
    fill(meter, bar(pool.used, pool.total));
  }};
}

function radiusRow() {
  const cells = [h('td'), h('td'), h('td', {class: 'number'}), h('td', {class: 'number'}), h('td', {class: 'number'})];
  return {element: h('tr', {}, cells), show(server) {
    const [name, health, time, pending, lost] = cells;
    say(name, server.address);
    fill(health, server.disabled === true ? lamp('off', 'disabled') : server.dead === true ? lamp('bad', 'no answer')
      : server.requests > 0 ? lamp('good', 'answers') : lamp('off', 'not asked yet'));
    say(time, server.requests > 0 && server.dead !== true ? server['last-request-rtt'] ?? '–' : '–');
    say(pending, count(server.pending));
    say(lost, count(server.timeouts));
  }};
}

function workerRow(state) {
  const name = h('td'), busy = h('td', {class: 'number'}), now = h('td', {class: 'number'}), cycles = h('td', {class: 'number'});
  const spark = new Spark('Frames received');
  return {element: h('tr', {}, name, busy, now, cycles, h('td', {class: 'wide'}, spark.element)), show(worker) {
    say(name, `Worker ${worker.worker}`);
    say(busy, worker.busy === null ? '–' : `${(100 * worker.busy).toFixed(worker.busy < 0.1 ? 1 : 0)} %`);
    busy.className = worker.busy >= BUSY ? 'number warn' : 'number';
    say(now, rate(worker.rate, 'pps'));
    say(cycles, count(worker.cycles ?? undefined));
    const trails = state().busy.get(worker.worker);
    if (trails) spark.show(trails.received);
  }};
}

/** Who was refused, told by an event, whose text begins with what stands beside it. */
function refusal(event) {
  const who = event.name ?? event['caller-id'] ?? '';
  const why = (event.text ?? event.event).replace(/^session \d+ of .*? on [^ )]+\): /, '');
  return h('li', {}, h('time', {}, when(event.time)), h('span', {}, h('a', {href: `#/find/${encodeURIComponent(who)}`}, who), ' ', why),
    h('span', {class: 'dim'}, event.port ?? ''));
}

function verdict(found) {
  if (found.length === 0) return h('div', {class: 'verdict good'}, h('strong', {}, 'Nothing is wrong'), h('span', {}, 'as far as Turnpike can tell'));
  return h('ul', {class: 'problems', 'aria-label': 'What is wrong'}, found.map(({level, text, more, href}) =>
    h('li', {class: level}, h('a', {href}, h('strong', {}, text), more ? h('span', {}, more) : null))));
}

export function dashboard(main) {
  let current;
  const state = () => current;
  const wrong = h('div', {'aria-live': 'polite'});
  const tiles = {up: new Tile('Sessions up', '#/sessions'), setups: new Tile('Set-ups'), ends: new Tile('Ends'), refused: new Tile('Refused')};
  const [ports, portBody] = table('Port', 'Link', '#In', '#Forwarded', '#Dropped', 'Two minutes');
  const [pools, poolBody] = table('Pool', '#Used', '');
  const [radius, radiusBody] = table('Server', 'State', '#Answers in', '#Pending', '#Lost');
  const [workers, workerBody] = table('', '#Busy', '#In', '#Cycles a frame', 'Two minutes');
  const reasons = h('ul', {class: 'reasons'}), refusals = h('ol', {class: 'refusals'});
  const machine = h('dl', {class: 'facts'});
  const radiusPanel = panel('RADIUS servers', radius);
  const rows = {
    ports: new Rows(portBody, () => portRow(state)), pools: new Rows(poolBody, poolRow),
    radius: new Rows(radiusBody, radiusRow), workers: new Rows(workerBody, () => workerRow(state)),
  };

  fill(main, h('h1', {class: 'quiet'}, 'Dashboard'), wrong,
    h('div', {class: 'tiles'}, Object.values(tiles).map((tile) => tile.element)),
    h('div', {class: 'columns'},
      panel('Ports', ports), panel('Last refusals', reasons, refusals),
      panel('Pools', pools), radiusPanel, panel('Workers', workers), panel('The box', machine)));

  let last = '', machineLast = '';
  return watch((news) => {
    current = news;
    const found = problems(news), text = JSON.stringify(found);
    if (text !== last) fill(wrong, verdict(found));
    last = text;
    if (!news.since) return;
    const {resource} = news;
    tiles.up.show(count(resource['sessions-up']), `of ${count(resource['max-sessions'])}, ${count(resource.sessions - resource['sessions-up'])} on their way`, news.up);
    tiles.setups.show(rate(news.setups.last), `${count(news.scrape.sum('sessions_up_total'))} since the start`, news.setups);
    tiles.ends.show(rate(news.ends.last), `${count(news.scrape.sum('sessions_ended_total'))} since the start`, news.ends);
    tiles.refused.show(rate(news.refused.last), 'logins, discovery and IPv6', news.refused);
    rows.ports.show(news.ports, (port) => port.name);
    rows.pools.show(news.pools, (pool) => pool.name);
    rows.radius.show(news.radius, (server) => server['.id']);
    rows.workers.show(news.workers, (worker) => worker.worker);
    radiusPanel.hidden = news.radius.length === 0;
    fill(reasons, news.reasons.filter((one) => one.rate > 0).map((one) => h('li', {}, `${one.what}: ${one.reason} `, h('strong', {}, rate(one.rate)))));
    fill(refusals, news.refusals.length > 0 ? news.refusals.slice(0, 12).map(refusal)
      : h('li', {class: 'dim'}, 'None since this page was opened.'));
    const box = facts(resource), boxText = JSON.stringify(box);
    if (boxText !== machineLast) fill(machine, box.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value ?? '–')]));
    machineLast = boxText;
  });
}

function facts(resource) {
  return [
    ['Up', resource.uptime], ['Version', resource.version],
    ['Processors', `${resource['cpu-count']}, ${resource['cpu-load'] ?? '–'} % busy`],
    ['Memory', `${bytes(resource['used-memory'])} of ${bytes(resource['total-memory'])}`],
    ['Configuration', resource['config-state'] + (resource['unsaved-changes'] ? `, ${resource['unsaved-changes']} changes wait` : '')],
  ];
}
