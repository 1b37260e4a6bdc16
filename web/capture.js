// SPDX-License-Identifier: BSD-3-Clause
// A capture of one subscriber's packets, where the daemon has /tool/sniffer. The file stays with it.
import {get, operator, post} from './api.js';
import {open, tell} from './dialog.js';
import {fill, h} from './dom.js';
import {live} from './live.js';

const DURATIONS = ['30s', '2m', '10m', '1h'];

function facts(status) {
  const names = operator.schema.get('/tool/sniffer').status.map((one) => one.name);
  return h('dl', {class: 'facts'}, names.filter((name) => ![undefined, ''].includes(status[name])).map((name) =>
    [h('dt', {}, name), h('dd', {class: 'mono'}, typeof status[name] === 'boolean' ? (status[name] ? 'yes' : 'no') : String(status[name]))]));
}

export function capture(session) {
  const subject = session.name || session['caller-id'];
  const duration = h('select', {'aria-label': 'For how long'}, DURATIONS.map((time) => h('option', {value: time}, time)));
  const failure = h('p', {class: 'failure', role: 'alert'}), status = h('div'), tools = h('div', {class: 'tools'});

  async function act(verb, body) {
    failure.textContent = '';
    try {
      show(await post(`/tool/sniffer/${verb}`, body));
      tell(verb === 'start' ? `Packets of ${subject} are captured.` : 'The capture is over.');
    } catch (error) {
      failure.textContent = error.message;
    }
  }

  const start = h('button', {type: 'button', class: 'main', onclick: () => act('start', {subscriber: subject, duration: duration.value})}, 'Start');
  const stop = h('button', {type: 'button', onclick: () => act('stop', {})}, 'Stop');
  let running = null;

  function show(now) {
    fill(status, facts(now));
    if (running !== now.running) fill(tools, now.running ? stop : [duration, start]);
    running = now.running;
  }

  const dialog = open(`Capture of ${subject}`, h('div', {}, h('p', {class: 'dim'}, 'Both directions, before and after encapsulation; what was dropped is in it, with the reason.'),
    tools, failure, status), [h('button', {type: 'button', onclick: () => dialog.close()}, 'Close')]);
  const end = live(async (signal) => show(await get('/tool/sniffer', {}, signal)), 2000, (error) => { failure.textContent = error.message; });
  dialog.addEventListener('close', end);
}
