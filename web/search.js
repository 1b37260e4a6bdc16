// SPDX-License-Identifier: BSD-3-Clause
// The box on top of each page: a subscriber by anything that an operator has of him.
import {part} from './api.js';
import {fill, h} from './dom.js';
import {place} from './sessions.js';

const FEW = 8, PAUSE = 200;

function sessionOption(session) {
  return h('a', {role: 'option', href: `#/subscriber/${encodeURIComponent(session['.id'])}`},
    h('strong', {}, session.name || '(not logged in)'), h('span', {class: 'mono'}, session.address ?? session['remote-ipv6-prefix'] ?? ''),
    h('span', {class: 'mono dim'}, session['caller-id']), h('span', {class: 'dim'}, session['circuit-id'] ?? place(session)));
}

function secretOption(secret) {
  return h('a', {role: 'option', href: `#/subscriber/${encodeURIComponent(secret.name)}`},
    h('strong', {}, secret.name), h('span', {class: 'dim'}, secret.disabled === true ? 'disabled' : 'no session'), h('span', {class: 'dim'}, secret.comment ?? ''));
}

export function searchBox() {
  const input = h('input', {type: 'search', id: 'search', placeholder: 'Find: name, MAC, address, line   /', 'aria-label': 'Find a subscriber',
    autocomplete: 'off', spellcheck: 'false', 'aria-controls': 'found', role: 'combobox', 'aria-expanded': 'false', maxlength: 120});
  const found = h('div', {id: 'found', role: 'listbox', 'aria-label': 'Found', hidden: true});
  const element = h('div', {class: 'search', role: 'search'}, input, found);
  let timer = 0, abort = null;
  let shown = null, wanted = null; // the text whose finds are shown; that of which the first is to be opened

  function close() {
    clearTimeout(timer);
    abort?.abort();
    found.hidden = true;
    shown = wanted = null;
    input.setAttribute('aria-expanded', 'false');
  }

  async function seek() {
    const text = input.value.trim();
    abort?.abort();
    if (text === '') return close();
    abort = new AbortController();
    const {signal} = abort;
    try {
      const sessions = await part('/ppp/active', {'.search': text, '.limit': FEW,
        '.proplist': '.id,name,caller-id,address,remote-ipv6-prefix,interface,outer-vlan,inner-vlan,circuit-id'}, signal);
      const secrets = sessions.rows.length >= FEW ? {rows: []}
        : await part('/ppp/secret', {'.search': text, '.limit': FEW, '.proplist': 'name,comment,disabled'}, signal);
      const names = new Set(sessions.rows.map((row) => row.name));
      show(text, sessions, secrets.rows.filter((row) => !names.has(row.name)));
    } catch (error) {
      if (!signal.aborted) show(text, {rows: [], next: null}, [], error.message);
    }
  }

  function show(text, sessions, secrets, failure = '') {
    fill(found, sessions.rows.map(sessionOption), secrets.map(secretOption),
      sessions.next ? h('a', {role: 'option', class: 'all', href: `#/sessions?search=${encodeURIComponent(text)}`}, 'All sessions that it finds…') : null,
      sessions.rows.length + secrets.length === 0 ? h('a', {role: 'option', class: 'all', href: `#/subscriber/${encodeURIComponent(text)}`},
        failure || `Nobody is found by “${text}”. What happened to him?`) : null);
    found.hidden = false;
    shown = text;
    input.setAttribute('aria-expanded', 'true');
    if (wanted === text) enter(text);
  }

  /** Opens the first of what TEXT finds, as soon as that is known. */
  function enter(text) {
    wanted = text;
    if (shown === text) found.querySelector('[role=option]').click();
    else seek();
  }

  function step(by) {
    const options = [...found.querySelectorAll('[role=option]')];
    const at = options.indexOf(document.activeElement) + by;
    (at < 0 ? input : options[Math.min(at, options.length - 1)])?.focus();
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    wanted = null;
    timer = setTimeout(seek, PAUSE);
  });
  input.addEventListener('focus', () => input.value.trim() && seek());
  element.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') step(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && event.target === input) enter(input.value.trim());
    else return;
    event.preventDefault();
  });
  found.addEventListener('click', (event) => event.target.closest('a') && close());
  element.addEventListener('focusout', (event) => !element.contains(event.relatedTarget) && setTimeout(() => !element.contains(document.activeElement) && close(), 150));
  return {element, input, close};
}
