// SPDX-License-Identifier: BSD-3-Clause
// What is wrong, the worst first: what an operator has to know before all else.
import {count, percent, rate} from './format.js';

const FULL = 90, EMPTY_SOON = 98;
/** So much of its time a worker may work before it is told of. */
export const BUSY = 0.9;

function ports({ports}) {
  return ports.filter((port) => port.running === false).map((port) => ({
    level: 'bad', text: `Port ${port.name} has no link`, more: port['last-link-down-time'] ? `since ${port['last-link-down-time']}` : 'the cable, or what is at its other end',
    href: '#/'}));
}

function pools({pools}) {
  return pools.filter((pool) => percent(pool.used, pool.total) >= FULL).map((pool) => ({
    level: pool.used >= pool.total * (EMPTY_SOON / 100) && !pool['next-pool'] ? 'bad' : 'warn',
    text: `Pool ${pool.name} is ${percent(pool.used, pool.total).toFixed(0)} % used`,
    more: `${count(pool.total - pool.used)} left of ${count(pool.total)}${pool['next-pool'] ? `, then ${pool['next-pool']}` : ''}`,
    href: '#/menu/ip/pool'}));
}

function radius({radius}) {
  const servers = radius.filter((server) => server.disabled !== true);
  const dead = servers.filter((server) => server.dead === true);
  return dead.map((server) => ({
    level: dead.length === servers.length ? 'bad' : 'warn',
    text: `RADIUS server ${server.address} does not answer`,
    more: `${count(server.timeouts)} requests without an answer`, href: '#/menu/radius'}));
}

function sessions({resource, reasons, scrape}) {
  const found = [];
  const room = resource['max-sessions'];
  if (percent(resource.sessions, room) >= FULL)
    found.push({level: resource.sessions >= room ? 'bad' : 'warn', text: 'The session table is nearly full',
      more: `${count(resource.sessions)} of ${count(room)}`, href: '#/sessions'});
  for (const one of reasons.filter(({rate: now}) => now >= 1).sort((a, b) => b.rate - a.rate).slice(0, 3))
    found.push({level: 'warn', text: `Refused: ${one.what}, ${one.reason}`, more: rate(one.rate), href: '#/'});
  const locked = scrape.sum('logins_locked') ?? 0;
  if (locked > 0)
    found.push({level: 'warn', text: `${count(locked)} ${locked === 1 ? 'login is' : 'logins are'} locked`,
      more: 'after too many wrong passwords', href: '#/menu/ppp/locked'});
  return found;
}

function traffic({drops}) {
  return drops.filter((drop) => drop.rate >= 100).slice(0, 3).map((drop) => ({
    level: 'warn', text: `Dropped on ${drop.port}: ${drop.reason.replaceAll('_', ' ')}`, more: rate(drop.rate), href: '#/'}));
}

function workers({workers}) {
  return workers.filter((worker) => worker.busy >= BUSY).map((worker) => ({
    level: 'warn', text: `Worker ${worker.worker} works ${(100 * worker.busy).toFixed(0)} % of its time`,
    more: rate(worker.rate, 'pps'), href: '#/'}));
}

function keeping({resource, journal, scrape}) {
  const found = [];
  if (['edited', 'failed'].includes(resource['config-state']))
    found.push({level: 'warn', text: resource['config-state'] === 'edited'
      ? 'Somebody has edited the configuration file: changes are not saved' : 'The configuration can not be saved',
    more: resource['config-error'] ?? '', href: '#/menu/system/resource'});
  if (journal && !['running', 'off'].includes(journal.state))
    found.push({level: 'bad', text: 'Sessions would not outlive the daemon', more: journal.error ?? `the journal is ${journal.state}`,
      href: '#/menu/system/journal'});
  const waiting = scrape.sum('accounting_oldest_seconds') ?? 0;
  if (waiting > 300)
    found.push({level: 'warn', text: 'Accounting records wait for a RADIUS server', more: `the oldest for ${count(waiting / 60)} minutes`,
      href: '#/menu/radius/accounting'});
  return found;
}

/** [{level: 'bad' | 'warn', text, more, href}] */
export function problems(state) {
  if (state.failure)
    return [{level: 'bad', text: 'Turnpike does not answer', more: state.failure.message, href: '#/'}];
  const found = [ports, pools, radius, sessions, traffic, workers, keeping].flatMap((look) => look(state));
  return [...found.filter(({level}) => level === 'bad'), ...found.filter(({level}) => level === 'warn')];
}
