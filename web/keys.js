// SPDX-License-Identifier: BSD-3-Clause
// The keyboard: / to search, j and k along a list, Esc out of whatever it is, ? for these.
import {open} from './dialog.js';
import {h} from './dom.js';

const HELP = [
  ['/', 'find a subscriber'], ['j, k', 'the next, the one before, in a list'], ['Enter', 'open it'],
  ['Esc', 'close, or go back'], ['d', 'dashboard'], ['s', 'sessions'], ['?', 'this'],
];

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function step(by) {
  const rows = [...document.querySelectorAll('main .row:not(.titles)')];
  const at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by))]?.focus();
}

function help() {
  const dialog = open('Keys', h('dl', {class: 'facts'}, HELP.map(([key, does]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, does)])),
    [h('button', {type: 'button', autofocus: true, onclick: () => dialog.close()}, 'Close')]);
}

function escape(search) {
  search.close();
  if (isTyping(document.activeElement) || search.element.contains(document.activeElement)) {
    if (document.activeElement === search.input) search.input.value = '';
    document.activeElement.blur();
  } else if (location.hash && location.hash !== '#/') {
    history.back();
  }
}

export function keys(search) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !search.element.isConnected || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') return escape(search);
    if (isTyping(event.target)) return;
    const does = {'/': () => search.input.focus(), j: () => step(1), k: () => step(-1), '?': help,
      d: () => { location.hash = '#/'; }, s: () => { location.hash = '#/sessions'; }}[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });
}
