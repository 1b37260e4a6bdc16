// SPDX-License-Identifier: BSD-3-Clause
// Questions, and what is said in passing.
import {h} from './dom.js';

/** Shows `content` in front of all else; it is gone when it is closed. `close` of the dialog closes. */
export function open(title, content, buttons = []) {
  const dialog = h('dialog', {'aria-label': title, onclose: () => dialog.remove()},
    h('h2', {}, title), content, h('div', {class: 'buttons'}, buttons));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Asks before `act`, which says what will be done, is done. Resolves to yes or no. */
export function ask(title, text, act) {
  return new Promise((resolve) => {
    let yes = false;
    const dialog = open(title, h('p', {}, text), [
      h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'),
      h('button', {type: 'button', class: 'danger', autofocus: true, onclick: () => { yes = true; dialog.close(); }}, act),
    ]);
    dialog.addEventListener('close', () => resolve(yes));
  });
}

const tray = h('div', {class: 'tray', role: 'status', 'aria-live': 'polite'});

export function tell(text, bad = false) {
  if (!tray.isConnected) document.body.append(tray);
  const note = h('div', {class: bad ? 'note bad' : 'note'}, text);
  tray.append(note);
  setTimeout(() => note.remove(), bad ? 10000 : 4000);
}
