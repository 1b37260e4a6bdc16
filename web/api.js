// SPDX-License-Identifier: BSD-3-Clause
// The REST API. Who has logged in is known to this module alone, in memory: a page that is closed or
// loaded anew has forgotten it.

let authorization = null;

/** Who it is, and what there is. */
export const operator = {name: '', group: '', policy: new Set(), schema: new Map()};

export class ApiError extends Error {
  constructor(status, answer) {
    super(answer?.detail ?? answer?.message ?? (status ? `HTTP ${status}` : 'no answer'));
    this.status = status;
  }
}

function headers(more) {
  return {Accept: 'application/vnd.turnpike+json', Authorization: authorization, ...more};
}

const options = {credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer'};

async function send(method, url, body, signal) {
  const json = body === undefined ? {} : {'Content-Type': 'application/json'};
  let answer;
  try {
    answer = await fetch(url, {...options, method, signal, headers: headers(json),
      body: body === undefined ? undefined : JSON.stringify(body)});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0);
  }
  if (answer.ok) return answer;
  const error = new ApiError(answer.status, await answer.json().catch(() => null));
  if (answer.status === 401 && operator.name) logout('Your login is not valid any more.');
  throw error;
}

/** '/ppp/secret' and 'a/b' as a path, whatever is in the name. */
export function item(path, key) {
  return `${path}/${encodeURIComponent(key)}`;
}

function target(path, query) {
  const words = new URLSearchParams(query ?? {}).toString();
  return `/rest${path}${words ? `?${words}` : ''}`;
}

export async function get(path, query, signal) {
  return (await send('GET', target(path, query), undefined, signal)).json();
}

/** A part of a list: {rows, next}, where `next`, unless it is null, goes into `.after` of the next one. */
export async function part(path, query, signal) {
  const answer = await send('GET', target(path, query), undefined, signal);
  return {rows: await answer.json(), next: answer.headers.get('Turnpike-Next')};
}

export async function change(method, path, body) {
  const answer = await send(method, target(path), body);
  return answer.status === 204 ? null : answer.json();
}

export const post = (path, body = {}) => change('POST', path, body);

/** What a verb answers that is no JSON. */
export async function fetched(path, body = {}) {
  return (await send('POST', target(path), body)).blob();
}

export async function metrics(signal) {
  return (await send('GET', '/metrics', undefined, signal)).text();
}

/** Calls `told` with each event until `signal` is aborted or the stream ends. */
export async function events(told, signal) {
  const answer = await send('GET', '/rest/events', undefined, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const {value, done} = await reader.read();
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6)).join('\n');
      if (data) told(JSON.parse(data));
    }
  }
}

/** Logs in; throws an ApiError. */
export async function login(name, password) {
  const text = new TextEncoder().encode(`${name}:${password}`);
  authorization = `Basic ${btoa(String.fromCharCode(...text))}`;
  const answer = await send('GET', '/rest/system/schema');
  const schema = await answer.json();
  operator.schema = new Map(schema.map((menu) => [menu.path, menu]));
  operator.group = answer.headers.get('Turnpike-Group') ?? 'full';
  operator.policy = new Set((answer.headers.get('Turnpike-Policy') ?? 'read,write,policy,sniff').split(','));
  operator.name = name;
}

export function logout(why = '') {
  authorization = null;
  operator.name = operator.group = '';
  operator.schema = new Map();
  document.dispatchEvent(new CustomEvent('turnpike-logout', {detail: why}));
}

/** Is there such a menu, with this verb or this property of its status? */
export function has(path, verb) {
  const menu = operator.schema.get(path);
  return menu !== undefined && (verb === undefined || menu.verbs.includes(verb));
}

export function tells(path, property) {
  return operator.schema.get(path)?.status.some((status) => status.name === property) ?? false;
}

/** May the operator change things there? What is not offered is refused as well: this is for the eye. */
export function may(path) {
  const needed = /^\/(user|ip\/service)(\/|$)/.test(path) ? 'policy' : /^\/tool\/sniffer(\/|$)/.test(path) ? 'sniff' : 'write';
  return operator.policy.has(needed);
}
