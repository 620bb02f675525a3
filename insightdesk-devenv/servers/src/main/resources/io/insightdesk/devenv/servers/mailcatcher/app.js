'use strict';

// Everything a mail says is put in as text, never as markup; its HTML only ever runs in a sandboxed frame.
const REFRESH_MILLIS = 2000;
const byId = (id) => document.getElementById(id);
let mails = [];
let shown = '';
let chosen = decodeURIComponent(location.hash.slice(1));

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'onclick') {
      made.addEventListener('click', value);
    } else {
      made.setAttribute(key, value);
    }
  }
  made.append(...children);
  return made;
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function time(instant) {
  const date = new Date(instant);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleString();
}

async function refresh() {
  try {
    const answer = await fetch('/mails');
    mails = await answer.json();
    list();
  } catch {
    byId('count').textContent = 'not reachable';
    shown = '';
  }
}

function list() {
  const wanted = byId('filter').value.toLowerCase();
  const matching = mails.filter((mail) => `${mail.subject} ${mail.from} ${mail.to.join(' ')}`.toLowerCase().includes(wanted));
  byId('count').textContent = mails.length === 1 ? '1 mail' : `${mails.length} mails`;
  byId('empty').hidden = mails.length > 0;
  byId('clear').disabled = mails.length === 0;
  const state = JSON.stringify([chosen, matching.map((mail) => mail.id)]);
  if (state === shown) return;
  shown = state;
  const focused = document.activeElement?.dataset?.id;
  byId('list').replaceChildren(...matching.map((mail) => {
    const button = element('button', { type: 'button', 'data-id': mail.id, onclick: () => open(mail.id) },
      element('div', { class: 'row' },
        element('span', { class: 'one' }, mail.from || '(no sender)'),
        element('span', { class: 'quiet' }, time(mail.received))),
      element('div', { class: 'one subject' }, mail.subject || '(no subject)'),
      element('div', { class: 'one quiet' }, `to ${mail.to.join(', ')}`));
    if (mail.id === chosen) button.setAttribute('aria-current', 'true');
    if (mail.id === focused) queueMicrotask(() => button.focus());
    return element('li', {}, button);
  }));
}

async function open(id) {
  chosen = id;
  history.replaceState(null, '', `#${encodeURIComponent(id)}`);
  list();
  const answer = await fetch(`/mails/${encodeURIComponent(id)}`);
  if (chosen !== id) return;
  if (!answer.ok) {
    byId('mail').replaceChildren(element('p', { class: 'hint' }, 'This mail is gone.'));
    return;
  }
  show(await answer.json());
}

function show(mail) {
  const content = element('div', { id: 'content' });
  const path = `/mails/${encodeURIComponent(mail.id)}`;
  const views = {
    Text: () => element('pre', { class: 'text' }, mail.text || '(no plain text)'),
    HTML: () => element('iframe', {
      src: `${path}/html`, sandbox: 'allow-popups allow-popups-to-escape-sandbox', title: 'The mail as HTML' }),
    Headers: () => element('pre', {}, mail.headers.map((header) => `${header.name}: ${header.value}`).join('\n')),
    Source: () => {
      const source = element('pre', {}, '…');
      fetch(`${path}/raw`).then((answer) => answer.text()).then((text) => { source.textContent = text; });
      return source;
    },
  };
  if (!mail.html) delete views.HTML;
  const tabs = element('div', { class: 'tabs', role: 'tablist' });
  const choose = (name) => {
    for (const tab of tabs.querySelectorAll('[role=tab]')) {
      tab.setAttribute('aria-selected', String(tab.textContent === name));
    }
    article.querySelector('#content').replaceWith(Object.assign(views[name](), { id: 'content' }));
  };
  tabs.append(...Object.keys(views).map((name) => element('button', {
    type: 'button', role: 'tab', onclick: () => choose(name) }, name)));
  tabs.append(element('button', {
    type: 'button', class: 'push', onclick: async () => {
      await fetch(`/api/v1/messages/${encodeURIComponent(mail.id)}`, { method: 'DELETE' });
      chosen = '';
      byId('mail').replaceChildren(element('p', { class: 'hint' }, 'Deleted.'));
      refresh();
    } }, 'Delete'));
  const article = byId('mail');
  article.replaceChildren(
    element('h2', {}, mail.subject || '(no subject)'),
    element('dl', {},
      element('dt', {}, 'From'), element('dd', {}, mail.from || '(no sender)'),
      element('dt', {}, 'Envelope'), element('dd', {}, `${mail.envelopeFrom || '<>'} → ${mail.to.join(', ')}`),
      element('dt', {}, 'Received'), element('dd', {}, `${new Date(mail.received).toLocaleString()}, ${size(mail.size)}`)),
    ...(mail.attachments.length === 0 ? [] : [element('div', { class: 'files' }, ...mail.attachments.map((file) =>
      element('a', { href: `${path}/parts/${file.index}`, download: file.name }, `${file.name} (${size(file.size)})`)))]),
    tabs,
    content);
  choose(mail.html && !mail.text ? 'HTML' : 'Text');
}

byId('filter').addEventListener('input', list);
byId('clear').addEventListener('click', async () => {
  await fetch('/api/v1/messages', { method: 'DELETE' });
  chosen = '';
  byId('mail').replaceChildren(element('p', { class: 'hint' }, 'All mails are deleted.'));
  refresh();
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_MILLIS);
refresh().then(() => { if (chosen) open(chosen); });
