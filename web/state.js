// SPDX-License-Identifier: BSD-3-Clause
// How the whole box does, asked for every other second whatever is being shown: the dashboard draws it,
// and the verdict on top of each page is made of it.
import * as api from './api.js';
import {live, Rates, Trail} from './live.js';
import {Scrape} from './prometheus.js';

const PAUSE = 2000, REFUSALS = 50;

const rates = new Rates();

export const state = {
  since: 0, // when it was last heard of; 0: never
  failure: null, // why it is not heard of now
  identity: '',
  resource: {},
  scrape: new Scrape(''),
  ports: [],
  pools: [],
  radius: [],
  workers: [],
  journal: null,
  up: new Trail(), // sessions
  setups: new Trail(), // a second
  ends: new Trail(),
  refused: new Trail(),
  traffic: new Map(), // by port: {received, forwarded, octets}, Trails
  octets: new Map(), // by port: bytes received, where the daemon tells of them
  busy: new Map(), // by worker
  drops: [], // [{port, reason, rate}], of now
  reasons: [], // [{what, reason, rate}] of refusals, of now
  refusals: [], // the last events of them, the newest first
};

const REFUSED = [
  ['discovery_refused_total', 'discovery'],
  ['padr_refused_total', 'PADR'],
  ['auth_failed_total', 'login'],
  ['ipv6_refused_total', 'IPv6'],
];

function trail(map, key) {
  if (!map.has(key)) map.set(key, {received: new Trail(), forwarded: new Trail(), octets: new Trail()});
  return map.get(key);
}

function readSessions(scrape, now) {
  state.up.add(scrape.sum('sessions', {state: 'up'}) ?? 0);
  state.setups.add(rates.of('up', scrape.sum('sessions_up_total') ?? 0, now));
  state.ends.add(rates.of('down', scrape.sum('sessions_ended_total') ?? 0, now));
  state.reasons = REFUSED.flatMap(([metric, what]) => scrape.all(metric).map(({labels, value}) =>
    ({what, reason: labels.reason, rate: rates.of(`${metric} ${labels.reason}`, value, now)})));
  if (state.reasons.some(({rate}) => rate !== null))
    state.refused.add(state.reasons.reduce((sum, {rate}) => sum + (rate ?? 0), 0));
}

function readPorts(scrape, now) {
  for (const port of state.ports) {
    const one = trail(state.traffic, port.name);
    one.received.add(rates.of(`received ${port.name}`, port['packets-received'] ?? 0, now));
    one.forwarded.add(rates.of(`forwarded ${port.name}`, port['packets-forwarded'] ?? 0, now));
    const octets = state.octets.get(port.name);
    if (octets !== undefined) one.octets.add(rates.of(`octets ${port.name}`, octets, now));
  }
  state.drops = scrape.all('dataplane_drops_total')
    .map(({labels, value}) => ({...labels, total: value, rate: rates.of(`drop ${labels.port} ${labels.reason}`, value, now)}))
    .filter(({rate}) => rate > 0).sort((a, b) => b.rate - a.rate);
}

/** Their share of time, and cycles a frame, since the last look; null: it is not known yet. */
function load(scrape, worker, now) {
  const labels = {worker: String(worker)};
  const of = (name) => rates.of(`${name} ${worker}`, scrape.sum(name, labels) ?? 0, now);
  const busy = of('worker_busy_seconds_total'), cycles = of('worker_busy_cycles_total'), frames = of('worker_frames_total');
  return {busy: busy === null ? null : Math.min(1, busy), cycles: frames > 0 && cycles !== null ? cycles / frames : null};
}

function readWorkers(counters, scrape, now) {
  const sums = new Map();
  for (const {worker, value} of counters)
    if (worker !== undefined) sums.set(worker, (sums.get(worker) ?? 0) + value);
  state.workers = [...sums].map(([worker, value]) => ({worker, rate: rates.of(`worker ${worker}`, value, now), ...load(scrape, worker, now)}));
  for (const {worker, rate} of state.workers) trail(state.busy, worker).received.add(rate);
}

async function refresh(signal) {
  const scrape = new Scrape(await api.metrics(signal));
  const now = performance.now();
  state.resource = await api.get('/system/resource', {}, signal);
  state.ports = await api.get('/dataplane/port', {}, signal);
  state.pools = [
    ...(await api.part('/ip/pool', {'.limit': 200, '.proplist': 'name,total,used,next-pool'}, signal)).rows,
    ...(await api.part('/ipv6/pool', {'.limit': 200, '.proplist': 'name,total,used,next-pool'}, signal)).rows,
  ];
  if (api.tells('/interface', 'rx-byte')) {
    // Ports come first there: the list is not walked to its end.
    const rows = await api.get('/interface', {type: 'ether', '.limit': Math.max(1, state.ports.length), '.proplist': 'name,rx-byte'}, signal).catch(() => []);
    state.octets = new Map(rows.map((row) => [row.name, Number(row['rx-byte'])]));
  }
  state.radius = await api.get('/radius', {}, signal);
  readWorkers(await api.get('/dataplane/counter', {name: 'received'}, signal), scrape, now);
  if (api.has('/system/journal')) state.journal = await api.get('/system/journal', {}, signal);
  if (state.identity === '') state.identity = (await api.get('/system/identity', {}, signal)).name;
  state.scrape = scrape;
  readSessions(scrape, now);
  readPorts(scrape, now);
  state.since = Date.now();
  state.failure = null;
}

const listeners = new Set();

/** Calls `told(state)` now and whenever there is news, until what this returns is called. */
export function watch(told) {
  listeners.add(told);
  if (state.since) told(state);
  return () => listeners.delete(told);
}

function tellAll() {
  for (const told of listeners) told(state);
}

function heard(event) {
  document.dispatchEvent(new CustomEvent('turnpike-event', {detail: event}));
  if (event.event !== 'refused' && event.event !== 'login-locked') return;
  state.refusals.unshift(event);
  state.refusals.length = Math.min(state.refusals.length, REFUSALS);
}

let stop = [];

export function begin() {
  end();
  state.since = 0;
  state.identity = '';
  state.refusals = [];
  stop = [
    live(async (signal) => {
      await refresh(signal);
      tellAll();
    }, PAUSE, (error) => {
      state.failure = error;
      tellAll();
    }),
    // A stream that has ended, or that there was no room for, is tried again.
    live((signal) => api.events(heard, signal), 3000),
  ];
}

export function end() {
  for (const one of stop) one();
  stop = [];
  listeners.clear();
}
