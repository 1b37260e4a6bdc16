// SPDX-License-Identifier: BSD-3-Clause
// One subscriber: how he does now, what happened to him, and what can be done about it.
import * as api from './api.js';
import {capture} from './capture.js';
import {ask, tell} from './dialog.js';
import {lamp} from './dashboard.js';
import {fill, h, say} from './dom.js';
import {edit} from './form.js';
import {bits, bytes, count, rate, when} from './format.js';
import {live, Rates, Trail} from './live.js';
import {place, sessionRow} from './sessions.js';
import {Spark} from './spark.js';

const PAUSE = 2000;
const CHANGING = /^(uptime|(ipv6-)?(bytes|packets|drops)-(in|out))$/;

/** The facts of a session by their headings. */
const FACTS = {
  Addresses: ['address', 'local-address', 'remote-ipv6-prefix', 'ipv6-address', 'delegated-ipv6-prefix', 'local-ipv6-address',
    'remote-ipv6-address', 'address-list'],
  Line: ['caller-id', 'interface', 'server', 'outer-vlan', 'inner-vlan', 'circuit-id', 'remote-id', 'actual-rate-up', 'actual-rate-down',
    'attainable-rate-up', 'attainable-rate-down', 'session-id'],
  Terms: ['profile', 'rate-limit', 'session-timeout', 'idle-timeout', 'limit-bytes-in', 'limit-bytes-out', 'limit-bytes-total', 'mtu', 'mru',
    'mrru', 'active-links', 'bundle', 'encoding', 'radius', 'acct-session-id', 'interim-update'],
  'Last session': ['last-logged-out', 'last-caller-id', 'last-disconnect-reason', 'last-end-reason'],
};

function text(value) {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function facts(title, object) {
  const known = FACTS[title].filter((name) => !['', undefined, 0].includes(object[name]));
  return known.length === 0 ? null : h('section', {class: 'panel'}, h('h2', {}, title), h('dl', {class: 'facts'},
    known.map((name) => [h('dt', {}, name), h('dd', {class: 'mono'}, text(object[name]))])));
}

/** Those that are up come first, then those that began last. */
function before(a, b) {
  const up = (session) => Number(session.state === 'connected'), number = (session) => parseInt(session['.id'].slice(1), 16);
  return up(b) - up(a) || number(b) - number(a);
}

/** The sessions and the secret that KEY names: an .id, a user, or whatever finds one. */
async function find(key) {
  const {rows} = await api.part('/ppp/active', {'.search': key, '.limit': 50});
  const wanted = key.toLowerCase();
  const exact = rows.filter((row) => [row['.id'], row.name, row['caller-id']].some((name) => name?.toLowerCase() === wanted));
  const found = (exact.length > 0 ? exact : rows).sort(before);
  const user = found[0]?.name || (key.startsWith('*') ? '' : key);
  const secrets = user ? await api.get('/ppp/secret', {name: user}) : [];
  return {found, user, secret: secrets[0] ?? null};
}

class Traffic {
  constructor() {
    this.rates = new Rates();
    this.ways = [['in', 'From the subscriber'], ['out', 'To the subscriber']].map(([way, label]) => ({way, trail: new Trail(),
      now: h('strong', {class: 'big'}, '–'), more: h('span', {class: 'dim'}), spark: new Spark(label), label}));
    this.element = h('div', {class: 'tiles'}, this.ways.map(({label, now, more, spark}) =>
      h('div', {class: 'tile'}, h('span', {class: 'label'}, label), now, more, spark.element)));
  }

  show(session) {
    for (const {way, trail, now, more, spark} of this.ways) {
      trail.add(this.rates.of(way, session[`bytes-${way}`]));
      const packets = this.rates.of(`packets ${way}`, session[`packets-${way}`]);
      const drops = session[`drops-${way}`];
      say(now, bits(trail.last));
      say(more, `${bytes(session[`bytes-${way}`])}, ${packets === null ? `${count(session[`packets-${way}`])} packets` : rate(packets, 'pps')}${drops ? `, ${count(drops)} dropped` : ''}`);
      spark.show(trail);
    }
  }
}

async function timeline(subject) {
  if (!subject || !api.has('/ppp/subscriber', 'why')) return null;
  let rows;
  try {
    rows = await api.post('/ppp/subscriber/why', {subscriber: subject});
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
  const now = rows.filter((row) => row.event === 'now'), past = rows.filter((row) => row.event !== 'now').reverse();
  return h('section', {class: 'panel timeline'}, h('h2', {}, 'What happened'),
    now.map((row) => h('div', {class: row.try ? 'verdict warn' : 'verdict good'}, h('strong', {}, row.text), row.try ? h('span', {}, row.try) : null)),
    h('ol', {class: 'refusals'}, past.map((row) => h('li', {}, h('time', {datetime: row.time}, when(row.time)),
      h('span', {}, row.text, row.count > 1 ? h('span', {class: 'dim'}, ` (${count(row.count)} times)`) : null,
        row.try ? h('em', {class: 'try'}, row.try) : null)))));
}

function actions(session, user, secret, again) {
  const name = user || session?.['caller-id'] || '';
  return [
    session && api.may('/ppp/active') && h('button', {type: 'button', class: 'danger', 'data-act': 'disconnect', onclick: async () => {
      if (!await ask('Disconnect', `${name} is disconnected, and may dial in again at once.`, 'Disconnect')) return;
      try {
        await api.change('DELETE', api.item('/ppp/active', session['.id']));
        tell(`${name} is disconnected.`);
      } catch (error) {
        tell(error.message, true);
      }
      setTimeout(again, 500);
    }}, 'Disconnect'),
    session && api.has('/tool/sniffer') && api.may('/tool/sniffer') && h('button', {type: 'button', 'data-act': 'capture', onclick: () => capture(session)}, 'Capture'),
    secret && api.may('/ppp/secret') && h('button', {type: 'button', 'data-act': 'edit', onclick: () => edit('/ppp/secret', secret, again)}, 'Change secret'),
    h('button', {type: 'button', onclick: again}, 'Reload'),
  ];
}

/** The line under the name; `uptime` is its own element, as it goes on. */
function heading(session, user, secret, uptime) {
  const level = session ? (session.state === 'connected' ? 'good' : 'warn') : secret?.disabled === true ? 'off' : 'bad';
  const word = session ? session.state : secret?.disabled === true ? 'disabled' : 'offline';
  return [h('h1', {}, user || session?.['caller-id'] || 'Nobody'), h('p', {class: 'standing'}, lamp(level, word),
    session ? [uptime, h('span', {class: 'dim'}, place(session))] : null)];
}

export function subscriber(main, {key}) {
  let stop = () => {}, ended = false;
  const around = h('div', {class: 'subscriber'});
  fill(main, around);

  async function show() {
    stop();
    const {found, user, secret} = await find(key);
    if (ended) return;
    const session = found[0] ?? null;
    const traffic = session ? new Traffic() : null;
    const head = h('div'), panels = h('div', {class: 'columns'}), past = h('div');
    const others = found.slice(1);
    fill(around, head, h('div', {class: 'tools'}, actions(session, user, secret, again)), traffic?.element, past, panels,
      others.length > 0 ? h('section', {class: 'panel'}, h('h2', {}, 'Other sessions found'), h('div', {class: 'rows'}, others.map(sessionRow))) : null);

    const uptime = h('span', {class: 'dim'});
    let drawn = '';

    /** What does not change stays as it is: somebody may be about to copy it. */
    function draw(now) {
      if (now) traffic.show(now);
      say(uptime, now?.uptime ? `for ${now.uptime}` : '');
      const known = now && Object.fromEntries(Object.entries(now).filter(([name]) => !CHANGING.test(name)));
      if (JSON.stringify(known) === drawn) return;
      drawn = JSON.stringify(known);
      fill(head, heading(now, user, secret, uptime));
      fill(panels, now && [facts('Addresses', now), facts('Line', now), facts('Terms', now)], secret && facts('Last session', secret),
        !now && !secret ? h('p', {class: 'dim'}, `No session and no secret is found by “${key}”.`) : null);
    }

    draw(session);
    timeline(user || session?.['caller-id'] || key).then((panel) => !ended && panel && fill(past, panel), (error) => tell(error.message, true));
    if (session) stop = follow(session, draw, again);
  }

  function again() {
    if (!ended) show().catch((error) => tell(error.message, true));
  }

  again();
  return () => {
    ended = true;
    stop();
  };
}

/** Draws SESSION anew as it goes on, and calls `over` at its end. */
function follow(session, draw, over) {
  let wait = 0;
  const path = api.item('/ppp/active', session['.id']);
  const end = live(async (signal) => draw(await api.get(path, {}, signal)), PAUSE, (error) => error.status === 404 && finish());
  const heard = ({detail}) => detail['.id'] === session['.id'] && detail.event === 'session-down' && finish();

  function finish() {
    end();
    wait = setTimeout(over, 300);
  }

  document.addEventListener('turnpike-event', heard);
  return () => {
    end();
    clearTimeout(wait);
    document.removeEventListener('turnpike-event', heard);
  };
}
