// SPDX-License-Identifier: BSD-3-Clause
// A form for an item of any menu, made of the schema: its properties, their types, defaults and help.
import * as api from './api.js';
import {ask, open, tell} from './dialog.js';
import {h} from './dom.js';

const CHOICES = 50; // of what a property may refer to

function shown(value) {
  return value === undefined || value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function choice(property, value, id) {
  const words = property.type === 'yes or no' ? ['yes', 'no'] : property.values;
  const options = words.includes(value) || value === '' ? words : [value, ...words];
  return h('select', {id, name: property.name}, value === '' ? h('option', {value: ''}, '') : null,
    options.map((word) => h('option', {value: word, selected: word === value}, word)));
}

/** Names that it may refer to, offered as they are typed. */
function offer(property, input, id) {
  const list = h('datalist', {id: `${id}-list`});
  input.setAttribute('list', list.id);
  let timer = 0;
  async function ask() {
    const names = new Set();
    for (const path of property.refers) {
      const key = api.operator.schema.get(path)?.properties.find((one) => one.key)?.name;
      if (!key) continue;
      const {rows} = await api.part(path, {'.limit': CHOICES, '.proplist': key, '.search': input.value});
      for (const row of rows) names.add(row[key]);
    }
    list.replaceChildren(...[...names].map((value) => h('option', {value})));
  }
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), 150);
  };
  input.addEventListener('focus', soon);
  input.addEventListener('input', soon);
  return list;
}

function field(property, value, locked) {
  const id = `field-${property.name}`;
  const isChoice = property.type === 'yes or no' || (property.type === 'one of' && property.values);
  const input = isChoice ? choice(property, value, id) : h('input', {id, name: property.name, value,
    type: property['write-only'] ? 'password' : 'text', inputmode: property.type === 'number' ? 'numeric' : null,
    autocomplete: property['write-only'] ? 'new-password' : 'off', spellcheck: 'false', required: property.required,
    maxlength: property['max-length'], placeholder: property['write-only'] ? 'unchanged if empty' : property.default || null});
  input.disabled = locked;
  input.setAttribute('aria-describedby', `${id}-help`);
  return {property, input, before: value, element: h('div', {class: 'field'},
    h('label', {for: id}, property.name, property.required ? h('span', {class: 'needed', title: 'needed'}, ' *') : null), input,
    property.refers && !isChoice ? offer(property, input, id) : null,
    h('small', {id: `${id}-help`}, property.help, locked ? ' (changed in the file, by a restart)' : ''))};
}

/** What is to be changed: an emptied field is unset. */
function difference(fields) {
  const body = {};
  for (const {property, input, before} of fields) {
    if (input.disabled || input.value === before) continue;
    body[property.name] = input.value === '' ? null : input.value;
  }
  return body;
}

function fieldsOf(menu, item) {
  const usable = menu.properties.filter((property) => !property.neutral);
  return usable.map((property) => {
    const value = item ? shown(item[property.name]) : property.type === 'one of' || property.type === 'yes or no' ? property.default ?? '' : '';
    return field(property, value, item !== null && !property.runtime);
  });
}

async function save(path, item, body) {
  if (!item) return api.change('PUT', path, body);
  const singleton = api.operator.schema.get(path).singleton;
  return api.change('PATCH', singleton ? path : api.item(path, item['.id']), body);
}

/** Shows ITEM of PATH (null: a new one) to be changed; calls `done` when it has been. */
export function edit(path, item, done) {
  const menu = api.operator.schema.get(path);
  const key = menu.properties.find((property) => property.key)?.name;
  const name = item ? shown(item[key]) || path : '';
  const fields = fieldsOf(menu, item);
  const failure = h('p', {class: 'failure', role: 'alert'});
  const form = h('form', {class: 'form', id: 'item-form', autocomplete: 'off', onsubmit: async (event) => {
    event.preventDefault();
    const body = difference(fields);
    failure.textContent = '';
    try {
      if (!item || Object.keys(body).length > 0) await save(path, item, body);
      dialog.close();
      tell(item ? `${name} is changed.` : 'It is added.');
      done();
    } catch (error) {
      failure.textContent = error.message;
      failure.scrollIntoView({block: 'nearest'});
    }
  }}, fields.map(({element}) => element), failure);
  const removable = item && menu.verbs.includes('remove') && item.default !== true && h('button', {type: 'button', class: 'danger', 'data-act': 'remove', onclick: async () => {
    if (!await ask('Remove', `${name} is removed from ${path}.`, 'Remove')) return;
    try {
      await api.change('DELETE', api.item(path, item['.id']));
      dialog.close();
      tell(`${name} is removed.`);
      done();
    } catch (error) {
      failure.textContent = error.message;
    }
  }}, 'Remove');
  const dialog = open(item ? `${name}` : `New in ${path}`, form, [removable, h('span', {class: 'space'}),
    h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'),
    h('button', {type: 'submit', form: 'item-form', class: 'main'}, item ? 'Save' : 'Add')]);
  dialog.classList.add('wide');
  (fields.find(({input}) => !input.disabled)?.input)?.focus();
}
