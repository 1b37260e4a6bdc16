// SPDX-License-Identifier: BSD-3-Clause
// A capture of one subscriber's packets, where the daemon has /tool/sniffer: begun with bounds, kept in
// the daemon's memory, and fetched for Wireshark.
import {fetched, get, has, operator, post} from './api.js';
import {open, tell} from './dialog.js';
import {fill, h} from './dom.js';
import {count} from './format.js';
import {live} from './live.js';

const DURATIONS = ['30s', '2m', '10m', '1h'], PACKETS = [1000, 10000, 100000];

function facts(status) {
  const names = operator.schema.get('/tool/sniffer').status.map((one) => one.name);
  return h('dl', {class: 'facts'}, names.filter((name) => ![undefined, ''].includes(status[name])).map((name) =>
    [h('dt', {}, name), h('dd', {class: 'mono'}, typeof status[name] === 'boolean' ? (status[name] ? 'yes' : 'no') : String(status[name]))]));
}

function choice(label, name, values, shown = String) {
  return h('label', {}, `${label} `, h('select', {name}, values.map((value) => h('option', {value}, shown(value)))));
}

/** Has the browser keep BLOB as a file of this NAME. */
function keep(blob, name) {
  const url = URL.createObjectURL(blob), link = h('a', {href: url, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** What the verb `download` takes for the capture that STATUS tells of; null: it can't be fetched. */
function source(status) {
  const file = /([^/]+)\.pcapng$/.exec(status.file ?? '');
  return status.file === 'memory' ? {} : file ? {'file-name': file[1]} : null;
}

export function capture(session) {
  const subject = session.name || session['caller-id'];
  const bounds = [choice('For', 'duration', DURATIONS), choice('or', 'packet-limit', PACKETS, (value) => `${count(value)} packets`),
    choice('of', 'only-headers', ['no', 'yes'], (value) => (value === 'yes' ? 'their beginnings' : 'whole packets'))];
  const failure = h('p', {class: 'failure', role: 'alert'}), status = h('div'), tools = h('div', {class: 'tools', id: 'capture-tools'});
  let mine = false, drawn = null;

  async function act(verb, body) {
    failure.textContent = '';
    try {
      const now = await post(`/tool/sniffer/${verb}`, body);
      mine ||= verb === 'start';
      show(now);
      tell(verb === 'start' ? `Packets of ${subject} are captured.` : 'The capture is over.');
    } catch (error) {
      failure.textContent = error.message;
    }
  }

  async function download(what) {
    failure.textContent = '';
    try {
      keep(await fetched('/tool/sniffer/download', what), `${subject.replace(/[^\w.-]+/g, '_')}.pcapng`);
    } catch (error) {
      failure.textContent = error.message;
    }
  }

  function begin() {
    const asked = {subscriber: subject};
    for (const one of tools.querySelectorAll('select')) asked[one.name] = one.value;
    act('start', asked);
  }

  const start = h('button', {type: 'button', class: 'main', 'data-act': 'capture-start', onclick: begin}, 'Start');
  const stop = h('button', {type: 'button', 'data-act': 'capture-stop', onclick: () => act('stop', {})}, 'Stop');

  /** Only what is his is offered here: the one before may have been of somebody else. */
  function show(now) {
    const what = (mine || now.session?.endsWith(` of ${subject}`)) && has('/tool/sniffer', 'download') ? source(now) : null;
    const wanted = `${now.running} ${JSON.stringify(what)}`;
    fill(status, facts(now));
    if (wanted !== drawn)
      fill(tools, now.running ? stop : [bounds, start, what && h('button', {type: 'button', 'data-act': 'capture-download', onclick: () => download(what)}, 'Download')]);
    drawn = wanted;
  }

  const dialog = open(`Capture of ${subject}`, h('div', {}, h('p', {class: 'dim'}, 'Both directions, before and after encapsulation; what was dropped is in it, with the reason.'),
    tools, failure, status), [h('button', {type: 'button', onclick: () => dialog.close()}, 'Close')]);
  const end = live(async (signal) => show(await get('/tool/sniffer', {}, signal)), 2000, (error) => { failure.textContent = error.message; });
  dialog.addEventListener('close', end);
}
