// SPDX-License-Identifier: BSD-3-Clause
// The operators' page: who logs in, what is shown of which address, and the frame around it.
import * as api from './api.js';
import {dashboard} from './dashboard.js';
import {fill, h, say} from './dom.js';
import {count} from './format.js';
import {keys} from './keys.js';
import {loginPage} from './login.js';
import {menuPage, menus} from './menu.js';
import {problems} from './problems.js';
import {searchBox} from './search.js';
import {sessions} from './sessions.js';
import {begin, end, watch} from './state.js';
import {subscriber} from './subscriber.js';
import {themeButton} from './theme.js';

/** [address, the word for it, a menu without which it is not shown] */
const PLACES = [
  ['#/', 'Now'], ['#/sessions', 'Sessions'], ['#/menu/ppp/secret', 'Secrets', '/ppp/secret'], ['#/menu/ppp/profile', 'Profiles', '/ppp/profile'],
  ['#/menu/ip/pool', 'Pools', '/ip/pool'], ['#/menu/interface/pppoe-server/server', 'Servers', '/interface/pppoe-server/server'],
  ['#/menu/radius', 'RADIUS', '/radius'], ['#/menu/interface', 'Interfaces', '/interface'], ['#/menu/log', 'Log', '/log'],
  ['#/menu/system/history', 'History', '/system/history'], ['#/menus', 'All menus'],
];

const search = searchBox();
let leave = () => {};

/** What the address behind # asks for: [function, its words]. */
function route() {
  const [path, query = ''] = location.hash.replace(/^#/, '').split('?');
  const words = Object.fromEntries(new URLSearchParams(query));
  if (path === '' || path === '/') return [dashboard, {}];
  if (path === '/sessions') return [sessions, words];
  if (path === '/menus') return [menus, {}];
  if (path.startsWith('/menu/')) return [menuPage, {path: decodeURIComponent(path.slice('/menu'.length)), item: words.item}];
  const found = /^\/(?:subscriber|find)\/(.+)$/.exec(path);
  return found ? [subscriber, {key: decodeURIComponent(found[1])}] : [dashboard, {}];
}

function mark() {
  for (const link of document.querySelectorAll('nav a'))
    if (link.getAttribute('href') === (location.hash.split('?')[0] || '#/')) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}

function show() {
  const main = document.querySelector('main#content');
  if (!main) return;
  leave();
  fill(main);
  const [page, words] = route();
  leave = page(main, words) ?? (() => {});
  search.close();
  scrollTo(0, 0);
  mark();
}

/** One look tells whether something is wrong, whatever is being shown. */
function verdict() {
  const link = h('a', {id: 'verdict', href: '#/', role: 'status'}, '…');
  watch((state) => {
    const found = problems(state), bad = found.some(({level}) => level === 'bad');
    link.className = bad ? 'bad' : found.length > 0 ? 'warn' : 'good';
    say(link, state.failure ? 'no answer' : found.length > 0 ? `${found.length} ${found.length === 1 ? 'problem' : 'problems'}` : 'all well');
    link.title = found.map(({text}) => text).join('\n');
    document.title = `${found.length > 0 ? `(${found.length}) ` : ''}${state.identity || 'Turnpike'} · ${count(state.resource['sessions-up'])} up`;
  });
  return link;
}

function frame() {
  const identity = h('a', {class: 'brand', href: '#/'}, h('img', {src: 'icon.svg', alt: '', width: 28, height: 28}), h('span', {}, 'Turnpike'));
  watch((state) => say(identity.lastChild, state.identity || 'Turnpike'));
  fill(document.body,
    h('a', {class: 'skip', href: '#content', onclick: (event) => {
      event.preventDefault();
      document.querySelector('main').focus();
    }}, 'To the content'),
    h('header', {}, identity, search.element, verdict(),
      h('span', {class: 'who', title: 'Who is logged in, and the group'}, h('strong', {}, api.operator.name), ' ', h('span', {class: 'dim'}, api.operator.group)), themeButton(),
      h('button', {type: 'button', class: 'plain', id: 'logout', onclick: () => api.logout()}, 'Log out')),
    h('nav', {'aria-label': 'Menus'}, PLACES.filter(([, , menu]) => menu === undefined || api.has(menu)).map(([href, word]) => h('a', {href}, word))),
    h('main', {id: 'content', tabindex: '-1'}));
}

function enter() {
  begin();
  frame();
  show();
}

document.addEventListener('turnpike-logout', ({detail}) => {
  leave();
  leave = () => {};
  end();
  for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  search.input.value = '';
  loginPage(detail, enter);
});
addEventListener('hashchange', show);
// A page that the browser puts aside, to come back to, would go on with its streams, and its login.
addEventListener('pagehide', () => api.operator.name && api.logout());
keys(search);
loginPage('', enter);
