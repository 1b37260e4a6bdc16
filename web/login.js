// SPDX-License-Identifier: BSD-3-Clause
// Who is it? The password goes into the header of each request, and nowhere else.
import {login} from './api.js';
import {fill, h} from './dom.js';

const WORDS = {
  0: 'Turnpike does not answer.',
  401: 'That name or password is not right.',
  429: 'Too many wrong logins from this address: wait a minute.',
};

export function loginPage(why, done) {
  const name = h('input', {id: 'name', name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true});
  const password = h('input', {id: 'password', name: 'password', type: 'password', autocomplete: 'current-password'});
  const failure = h('p', {class: 'failure', role: 'alert'}, why);
  const button = h('button', {type: 'submit', class: 'main'}, 'Log in');
  const form = h('form', {class: 'login', onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    failure.textContent = '';
    try {
      await login(name.value, password.value);
      password.value = '';
      done();
    } catch (error) {
      failure.textContent = WORDS[error.status] ?? error.message;
      button.disabled = false;
      password.select();
    }
  }}, h('h1', {}, h('img', {src: 'icon.svg', alt: '', width: 40, height: 40}), 'Turnpike'),
  h('label', {for: 'name'}, 'Name'), name, h('label', {for: 'password'}, 'Password'), password, failure, button);
  fill(document.body, h('main', {class: 'entrance'}, form));
  name.focus();
}
