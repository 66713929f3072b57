import { curlOf, describe, exampleOf, resolve } from './schema.js';
import { language, say, setLanguage } from './texts.js';

const byId = (id) => document.getElementById(id);
let api = null;
let token = null;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function allOperations() {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function matches({ path, method, operation }, words) {
  const roles = Array.isArray(operation['x-roles']) ? operation['x-roles'].join(' ') : '';
  const text =
    `${method} ${path} ${operation.summary} ${operation.operationId} ${roles}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function render() {
  byId('search').placeholder = say('search');
  byId('sign-in').textContent = token ? say('signedIn') : say('signIn');
  if (!api) return;
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = Map.groupBy(
    allOperations().filter((item) => matches(item, words)),
    (item) => item.operation.tags[0],
  );
  const names = [...groups.keys()].sort();
  byId('groups').replaceChildren(
    ...names.map((name) =>
      element('a', { href: `#${name}` }, `${name} (${groups.get(name).length})`),
    ),
  );
  byId('operations').replaceChildren(
    ...names.flatMap((name) => [
      element('h2', { id: name }, name),
      ...groups.get(name).map(operationCard),
    ]),
    ...(names.length === 0 ? [element('p', {}, say('nothing'))] : []),
  );
}

function operationCard(item) {
  const card = element(
    'details',
    { class: 'operation' },
    element(
      'summary',
      {},
      element('span', { class: 'method' }, item.method.toUpperCase()),
      element('code', {}, item.path),
      element('span', { class: 'dim' }, item.operation.summary),
    ),
  );
  card.addEventListener('toggle', () => {
    if (card.open && card.children.length === 1) card.append(operationBody(item));
  });
  return card;
}

function operationBody({ path, method, operation }) {
  const server = api.servers[0].url;
  const roles = operation['x-roles'];
  const access =
    operation.security.length === 0
      ? say('public')
      : roles === '*'
        ? say('anyone')
        : roles.join(', ');
  return element(
    'div',
    {},
    operation.description ? element('p', {}, operation.description) : null,
    element('p', {}, `${say('roles')}: `, element('b', {}, access)),
    ...fieldTable(
      say('parameters'),
      (operation.parameters ?? []).map((p) => [`${p.name} (${p.in})`, p.schema, p.required]),
    ),
    ...bodyTable(operation),
    ...responseList(operation),
    element('h4', {}, say('example')),
    element('pre', {}, curlOf(api, server, path, method, operation)),
    tryForm(server, path, method, operation),
  );
}

function bodyTable(operation) {
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const schema = resolve(api, content?.schema);
  const required = schema?.required ?? [];
  return fieldTable(
    say('body'),
    Object.entries(schema?.properties ?? {}).map(([name, inner]) => [
      name,
      inner,
      required.includes(name),
    ]),
  );
}

function fieldTable(title, rows) {
  if (rows.length === 0) return [];
  const lines = rows.map(([name, schema, required]) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', {}, name)),
      element(
        'td',
        {},
        describe(api, schema),
        schema?.description ? ` — ${schema.description}` : '',
      ),
      element('td', { class: 'dim' }, required ? say('required') : ''),
    ),
  );
  return [element('h4', {}, title), element('table', {}, ...lines)];
}

function responseList(operation) {
  const rows = Object.entries(operation.responses).map(([status, given]) => {
    const response = resolve(api, given);
    const schema = resolve(api, Object.values(response.content ?? {})[0]?.schema);
    const fields = Object.entries(schema?.properties ?? {}).map(
      ([name, inner]) => `${name}: ${describe(api, inner)}`,
    );
    return element(
      'tr',
      {},
      element('td', {}, element('b', {}, status)),
      element(
        'td',
        {},
        response.description,
        given.$ref || fields.length === 0 ? '' : element('pre', {}, fields.join('\n')),
      ),
    );
  });
  return [element('h4', {}, say('responses')), element('table', {}, ...rows)];
}

function tryForm(server, path, method, operation) {
  const inputs = (operation.parameters ?? []).map((p) => ({
    ...p,
    input: element('input', { placeholder: p.name, 'aria-label': p.name }),
  }));
  const [type] = Object.keys(operation.requestBody?.content ?? {});
  const example =
    type === 'application/json'
      ? JSON.stringify(exampleOf(api, operation.requestBody.content[type].schema), null, 2)
      : '';
  const body = type ? element('textarea', { 'aria-label': say('body') }, example) : null;
  const answer = element('pre', { hidden: '' });
  const send = async () => {
    answer.hidden = false;
    answer.textContent = '…';
    answer.textContent = await call(
      server,
      path,
      method,
      inputs,
      type ? { type, text: body.value } : null,
    );
  };
  return element(
    'div',
    {},
    ...inputs.map((p) => p.input),
    body,
    element('p', {}, element('button', { type: 'button', click: send }, say('send'))),
    answer,
  );
}

async function call(server, path, method, inputs, body) {
  const filled = inputs.filter((p) => p.input.value !== '');
  const inPath = filled
    .filter((p) => p.in === 'path')
    .reduce((text, p) => text.replace(`{${p.name}}`, encodeURIComponent(p.input.value)), path);
  const query = new URLSearchParams(
    filled.filter((p) => p.in === 'query').map((p) => [p.name, p.input.value]),
  );
  const headers = Object.fromEntries(
    filled.filter((p) => p.in === 'header').map((p) => [p.name, p.input.value]),
  );
  if (token) headers.Authorization = `Bearer ${token}`;
  headers['X-Locale'] = language();
  if (body) headers['Content-Type'] = body.type;
  try {
    const response = await fetch(`${server}${inPath}${query.size > 0 ? `?${query}` : ''}`, {
      method: method.toUpperCase(),
      headers,
      ...(body ? { body: body.text } : {}),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const shown = response.headers.get('content-type')?.includes('json')
      ? JSON.stringify(JSON.parse(text), null, 2)
      : text;
    return `${response.status} ${response.statusText}\n${shown}`;
  } catch (error) {
    return String(error);
  }
}

/** The app's sign-in is in a cookie that only the server reads; it gives us a token of our own. */
async function signIn() {
  const response = await fetch('/api/v1/auth/refresh', { method: 'POST' });
  token = response.ok ? (await response.json()).access : window.prompt(say('tokenPrompt'));
  render();
}

function start() {
  const theme = localStorage.getItem('qoida.docs.theme');
  if (theme) document.documentElement.dataset.theme = theme;
  setLanguage(language());
  byId('language').value = language();
  byId('language').addEventListener('change', (event) => {
    setLanguage(event.target.value);
    render();
  });
  byId('theme').addEventListener('click', () => {
    const chosen = document.documentElement.dataset.theme;
    const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
    localStorage.setItem('qoida.docs.theme', document.documentElement.dataset.theme);
  });
  byId('search').addEventListener('input', render);
  byId('sign-in').addEventListener('click', signIn);
}

start();
render();
try {
  api = await (await fetch('/api/v1/openapi.json')).json();
  byId('version').textContent = api.info.version;
  render();
} catch {
  byId('operations').textContent = say('failed');
}
