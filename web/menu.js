// SPDX-License-Identifier: BSD-3-Clause
// Any menu of the schema: its items, to be seen and, by who may, changed.
import * as api from './api.js';
import {ask, open, tell} from './dialog.js';
import {fill, h} from './dom.js';
import {edit} from './form.js';
import {Parts} from './parts.js';
import {bar} from './spark.js';

/** What a row shows of those that are looked at most; of others, what comes first. */
const COLUMNS = {
  '/ppp/secret': ['name', 'profile', 'remote-address', 'caller-id', 'last-logged-out', 'comment'],
  '/ppp/profile': ['name', 'local-address', 'remote-address', 'rate-limit', 'remote-ipv6-prefix-pool', 'comment'],
  '/ip/pool': ['name', 'ranges', 'next-pool', 'used', 'total'],
  '/ipv6/pool': ['name', 'prefix', 'prefix-length', 'used', 'total'],
  '/interface/pppoe-server/server': ['service-name', 'interface', 'default-profile', 'authentication', 'sessions'],
  '/radius': ['address', 'service', 'accepts', 'rejects', 'timeouts', 'last-request-rtt'],
};
const FEW = 6;

const TITLES = {
  '/ppp/secret': 'Secrets', '/ppp/profile': 'Profiles', '/ip/pool': 'Pools', '/ipv6/pool': 'Pools of IPv6', '/radius': 'RADIUS servers',
  '/interface/pppoe-server/server': 'PPPoE servers', '/interface': 'Interfaces', '/log': 'Log', '/system/history': 'History of changes',
};

function columns(menu) {
  const names = COLUMNS[menu.path] ?? [...menu.properties.filter((one) => !one.neutral && !one['write-only']), ...menu.status].map((one) => one.name);
  return names.slice(0, FEW);
}

function shown(value) {
  return value === undefined || value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no')
    : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function facts(menu, item) {
  const names = [...menu.properties.filter((one) => !one.neutral && !one['write-only']), ...menu.status].map((one) => one.name);
  const help = new Map([...menu.properties, ...menu.status].map((one) => [one.name, one.help]));
  return h('dl', {class: 'facts'}, names.filter((name) => shown(item[name]) !== '').map((name) =>
    [h('dt', {title: help.get(name)}, name), h('dd', {class: 'mono'}, shown(item[name]))]));
}

function row(menu, item, opened) {
  const off = item.disabled === true, bad = item.dead === true || item.running === false;
  return h('button', {type: 'button', class: `row item${off ? ' off' : ''}${bad ? ' bad' : ''}`, role: 'listitem', onclick: () => opened(item)},
    columns(menu).map((name, i) => h(i === 0 ? 'strong' : 'span', {class: i === 0 ? 'name' : null, 'data-label': name}, shown(item[name]))),
    item.total > 0 && item.used !== undefined ? bar(item.used, item.total) : off ? h('span', {class: 'dim'}, 'disabled') : h('span'));
}

async function singleton(main, menu, signal) {
  const item = await api.get(menu.path, {}, signal);
  fill(main, facts(menu, item), menu.verbs.includes('set') && api.may(menu.path)
    ? h('div', {class: 'tools'}, h('button', {type: 'button', class: 'main', 'data-act': 'edit', onclick: () => edit(menu.path, item, () => singleton(main, menu, signal))}, 'Change')) : null);
}

/** Looks at one that can't be changed. */
function look(menu, item, again) {
  const key = menu.properties.find((property) => property.key)?.name ?? 'name';
  const name = shown(item[key] ?? item['.id']);
  const removable = menu.verbs.includes('remove') && api.may(menu.path) && h('button', {type: 'button', class: 'danger', onclick: async () => {
    if (!await ask('Remove', `${name} is removed from ${menu.path}.`, 'Remove')) return;
    try {
      await api.change('DELETE', api.item(menu.path, item['.id']));
      dialog.close();
      again();
    } catch (error) {
      tell(error.message, true);
    }
  }}, 'Remove');
  const dialog = open(name, facts(menu, item), [removable, h('span', {class: 'space'}), h('button', {type: 'button', autofocus: true, onclick: () => dialog.close()}, 'Close')]);
  dialog.classList.add('wide');
}

export function menuPage(main, {path, item: wanted}) {
  const menu = api.operator.schema.get(path);
  const end = new AbortController();
  if (!menu) {
    fill(main, h('h1', {}, path), h('p', {class: 'dim'}, 'There is no such menu.'));
    return () => {};
  }
  const title = TITLES[path];
  const head = [h('h1', {class: title ? null : 'path'}, title ?? path),
    h('p', {class: 'dim'}, title ? [h('span', {class: 'mono'}, path), ' · '] : null, menu.help)];
  if (menu.singleton) {
    const body = h('div', {class: 'panel'});
    fill(main, head, body);
    if (menu.verbs.includes('print')) singleton(body, menu, end.signal).catch((error) => end.signal.aborted || tell(error.message, true));
    return () => end.abort();
  }
  const changes = menu.properties.length > 0 && menu.verbs.includes('set') && api.may(path);
  const list = new Parts(path, (item) => row(menu, item, opened), 'Nothing.');
  const box = h('input', {type: 'search', class: 'filter', placeholder: 'Search', 'aria-label': `Search ${path}`});
  const show = () => list.show(box.value.trim() ? {'.search': box.value.trim()} : {});

  function opened(item) {
    // One of a list that runs need not be configured: it has no property that could be set.
    if (changes && item.dynamic !== true) edit(path, item, show);
    else look(menu, item, show);
  }

  let timer = 0;
  box.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250);
  });
  fill(main, head, h('div', {class: 'tools'}, box,
    changes && menu.verbs.includes('add') && h('button', {type: 'button', class: 'main', 'data-act': 'add', onclick: () => edit(path, null, show)}, 'Add'),
    h('button', {type: 'button', onclick: show}, 'Reload')),
  h('div', {class: 'row item titles', 'aria-hidden': 'true'}, columns(menu).map((name) => h('span', {}, name)), h('span')), list.element);
  show();
  if (wanted) api.get(api.item(path, wanted)).then(opened, (error) => tell(error.message, true));
  return () => {
    clearTimeout(timer);
    end.abort();
    list.end();
  };
}

/** All that there is. */
export function menus(main) {
  const all = [...api.operator.schema.values()].filter((menu) => menu.verbs.includes('print')).sort((a, b) => a.path.localeCompare(b.path));
  fill(main, h('h1', {}, 'All menus'), h('div', {class: 'rows'}, all.map((menu) =>
    h('a', {class: 'row menu', href: `#/menu${menu.path}`}, h('strong', {class: 'path'}, menu.path), h('span', {class: 'dim'}, menu.help)))));
  return () => {};
}
