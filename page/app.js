// The page: an article comes in by the form, by a link or with the page itself, goes to the service, and is shown.

import { byId, counted, element } from './dom.js';
import { View } from './view.js';
import { asCsv, asGrpcurl, asJson, copy } from './copies.js';
import { fragmentOf, stateOf } from './permalink.js';
import { extract, extractRequest } from './door.js';
import { Checking } from './checking.js';
import { listenToTabs } from './tabs.js';
import { EXAMPLES } from './examples.js';

const view = new View();
const checking = new Checking(() => ({ text: read.text, key: byId('key').value }), report);
/** What is shown: the text, its date, and the answer as the service gave it. */
let read = { text: '', date: '', result: {} };

function start() {
  listenToTabs(document.querySelector('[role=tablist]'));
  byId('form').addEventListener('submit', (event) => {
    event.preventDefault();
    report(ask());
  });
  byId('examples').replaceChildren(...EXAMPLES.map(exampleButton));
  listenToCopies();
  const answers = embedded();
  if (answers.length > 0) {
    showEmbedded(answers);
  } else {
    addEventListener('hashchange', () => report(open()));
    report(open());
  }
}

/** Tells the reader what comes of a task: its words when it is done, or why it failed. */
async function report(task) {
  byId('error').hidden = true;
  document.body.setAttribute('aria-busy', 'true');
  try {
    byId('status').replaceChildren((await task) ?? '');
  } catch (error) {
    byId('status').textContent = '';
    byId('error').textContent = `That didn’t work: ${error.message.replace(/\.$/, '')}.`;
    byId('error').hidden = false;
  } finally {
    document.body.removeAttribute('aria-busy');
  }
}

/** How often the service was asked: an answer that another question has overtaken isn't shown. */
let asked = 0;

/** Sends what the form holds to the service and shows the answer. */
async function ask() {
  const [text, date] = [wellFormed(byId('text').value), byId('date').value];
  asked += 1;
  const mine = asked;
  byId('status').textContent = 'Reading …';
  const result = await extract(extractRequest(text, date), byId('key').value);
  return mine === asked ? show({ text, date, result }) : '';
}

/** Half of a surrogate pair is no text in JSON: in its place stands U+FFFD, which is as long. */
function wellFormed(text) {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

function show(next) {
  const began = performance.now();
  read = next;
  view.show(read.text, read.result);
  checking.showArticle(read.text);
  // The form folds away: whoever was in it goes on from the answer.
  if (byId('paste').contains(document.activeElement)) byId('main').focus();
  byId('paste').open = false;
  byId('paste').classList.remove('fresh');
  byId('paste-title').textContent = 'Change the article, or read another';
  showOrigin();
  performance.measure('ascribe:draw', { start: began, end: performance.now() });
  const count = view.shown().length;
  // The figures tell it to those who see them.
  return count === 0 ? 'No claim was found.' : element('span', { class: 'unseen' }, `${counted(count, 'claim')} found.`);
}

/** Under an example stands where it is from, as its licence asks. */
function showOrigin() {
  const example = EXAMPLES.find(({ text }) => text === read.text);
  if (!example) return;
  const origin = example.url
    ? ['Text: Wikinews, “', element('a', { href: example.url }, example.title), '”, under ',
      element('a', { href: 'https://creativecommons.org/licenses/by/2.5/' }, 'CC BY 2.5'), '.']
    : [`Text: ${example.origin}`];
  byId('article').append(element('p', { class: 'origin' }, origin));
}

function exampleButton(example) {
  const choose = () => {
    byId('text').value = example.text;
    byId('date').value = example.date;
    report(ask());
  };
  return element('button', { type: 'button', class: 'quiet', onclick: choose }, example.name);
}

/** Shows what the address holds, if it holds something. */
async function open() {
  const state = await stateOf(location.hash);
  if (!state) return '';
  byId('text').value = state.text;
  byId('date').value = state.date;
  byId('draft').value = state.draft;
  const told = await ask();
  return state.draft === '' ? told : checking.check();
}

function listenToCopies() {
  const texts = {
    'copy-link': async () => {
      const fragment = await fragmentOf({ text: read.text, date: read.date, draft: byId('draft').value });
      history.replaceState(null, '', `#${fragment}`);
      return location.href;
    },
    'copy-json': () => asJson(read.result, view.shown()),
    'copy-csv': () => asCsv(view.shown()),
    'copy-grpcurl': () => asGrpcurl(extractRequest(read.text, read.date), location, byId('key').value !== ''),
  };
  for (const [id, text] of Object.entries(texts)) {
    byId(id).addEventListener('click', () => report(Promise.resolve(text()).then(copy).then(() => 'Copied.')));
  }
}

/**
 * The answers that the page brings along, none as the service serves it: the element "answer" holds
 * {document: {document_id, text}, result} as JSON, or a list of those, spans in units of UTF-16.
 */
function embedded() {
  const json = byId('answer').textContent.trim();
  return json === '' ? [] : [JSON.parse(json)].flat();
}

/** A page that brings its answers needs no service, and shows nothing that does. */
function showEmbedded(answers) {
  document.documentElement.classList.add('standalone');
  const choose = (answer) => show({ text: answer.document.text, date: '', result: answer.result });
  if (answers.length > 1) {
    const options = answers.map(({ document: { document_id: id } }, place) => element('option', { value: place }, id || `Text ${place + 1}`));
    const list = element('select', {}, options);
    list.addEventListener('change', () => choose(answers[Number(list.value)]));
    byId('documents').replaceChildren(element('label', {}, 'Text ', list));
    byId('documents').hidden = false;
  }
  choose(answers[0]);
}

start();
