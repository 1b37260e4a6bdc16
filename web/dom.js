// SPDX-License-Identifier: BSD-3-Clause
// Elements, made without any text ever being read as markup: what subscribers call themselves is shown
// as it is.

const SVG = 'http://www.w3.org/2000/svg';

function put(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** h('a', {href: '#/', onclick: f}, 'text', other, [more]) */
export function h(tag, attributes = {}, ...children) {
  return put(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return put(document.createElementNS(SVG, tag), attributes, children);
}

/** Gives `element` these children, in place of those that it has. */
export function fill(element, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(...wanted);
  return element;
}

/** Sets the text, if it is another: what is selected or read aloud stays. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}
