// SPDX-License-Identifier: BSD-3-Clause
// Dark or light: as the system says, until the operator says otherwise. That alone is kept.
import {h} from './dom.js';

const KEY = 'turnpike-theme', dark = matchMedia('(prefers-color-scheme: dark)');

function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function isDark() {
  return (chosen() ?? (dark.matches ? 'dark' : 'light')) === 'dark';
}

function apply() {
  const theme = chosen();
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

export function themeButton() {
  const button = h('button', {type: 'button', class: 'plain', id: 'theme', title: 'Dark or light', onclick: () => {
    const wanted = isDark() ? 'light' : 'dark';
    try {
      if (wanted === (dark.matches ? 'dark' : 'light')) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, wanted);
    } catch {
      // A browser that keeps nothing.
    }
    apply();
    label();
  }});
  const label = () => {
    button.textContent = isDark() ? '☀' : '☾';
    button.setAttribute('aria-label', isDark() ? 'Light' : 'Dark');
  };
  dark.addEventListener('change', label);
  label();
  return button;
}

apply();
