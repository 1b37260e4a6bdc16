// SPDX-License-Identifier: BSD-3-Clause
// All sessions, or those that something is found in.
import {get} from './api.js';
import {fill, h, say} from './dom.js';
import {count} from './format.js';
import {Parts} from './parts.js';
import {state, watch} from './state.js';

const SHOWN = '.id,name,caller-id,address,remote-ipv6-prefix,delegated-ipv6-prefix,uptime,state,interface,outer-vlan,inner-vlan,circuit-id';

export function place(session) {
  const tags = [session['outer-vlan'], session['inner-vlan']].filter((tag) => tag !== undefined).join('.');
  return [session.interface ?? session.port, tags].filter((word) => word).join(' · ');
}

export function sessionRow(session) {
  const up = session.state === 'connected';
  return h('a', {class: 'row session', role: 'listitem', href: `#/subscriber/${encodeURIComponent(session['.id'])}`},
    h('strong', {class: 'name'}, session.name || '(not logged in)'),
    h('span', {class: 'mono'}, session.address ?? session['remote-ipv6-prefix'] ?? session['delegated-ipv6-prefix'] ?? ''),
    h('span', {class: 'mono'}, session['caller-id']),
    h('span', {}, place(session)),
    h('span', {class: 'dim line'}, session['circuit-id'] ?? ''),
    h('span', {class: up ? 'state' : 'state warn'}, up ? session.uptime ?? '' : session.state));
}

export function sessions(main, {search = ''}) {
  const list = new Parts('/ppp/active', sessionRow, search ? `No session is found by “${search}”.` : 'No sessions.');
  const all = h('p', {class: 'dim'});
  const server = h('select', {'aria-label': 'Server'}, h('option', {value: ''}, 'All servers'));
  const standing = h('select', {'aria-label': 'State'}, h('option', {value: ''}, 'All states'),
    ['connected', 'dialing', 'verifying password...', 'getting address...', 'terminating...'].map((word) => h('option', {value: word}, word)));
  const box = h('input', {type: 'search', class: 'filter', placeholder: 'Name, MAC, address, line', 'aria-label': 'Search sessions', value: search});

  function show() {
    const text = box.value.trim();
    return list.show({'.proplist': SHOWN, ...(text ? {'.search': text} : {}),
      ...(server.value ? {server: server.value} : {}), ...(standing.value ? {state: standing.value} : {})});
  }

  let timer = 0;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
  for (const one of [server, standing]) one.addEventListener('change', show);
  fill(main, h('h1', {}, 'Sessions'), all, h('div', {class: 'tools'}, box, server, standing,
    h('button', {type: 'button', onclick: show}, 'Reload')), list.element);
  show();
  get('/interface/pppoe-server/server', {'.proplist': 'service-name'}).then((servers) =>
    server.append(...[...new Set(servers.map((one) => one['service-name']))].map((name) => h('option', {value: name}, name))), () => {});

  const unwatch = watch(() => say(all, `${count(state.resource['sessions-up'])} up of ${count(state.resource.sessions)}`));
  const heard = ({detail}) => {
    if (detail.event === 'session-down') list.items.get(detail['.id'])?.classList.add('gone');
  };
  document.addEventListener('turnpike-event', heard);
  return () => {
    clearTimeout(timer);
    list.end();
    unwatch();
    document.removeEventListener('turnpike-event', heard);
  };
}
