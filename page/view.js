// The view of one answer: strip, article, cards and the note, drawn anew when the reader asks for surer claims.

import { bringIntoView, byId, counted, element } from './dom.js';
import { claimsOf } from './answer.js';
import { showNotices } from './notices.js';
import { sourcesOf } from './sources.js';
import { drawArticle } from './article.js';
import { drawFigures, drawKey, drawStrip } from './strip.js';
import { drawCards } from './cards.js';
import { showWhy } from './why.js';

/** How long the note stays when the pointer leaves, so that it can be reached, in milliseconds. */
const LINGERING = 200;

/** The view over the page's elements: show(text, result) draws an answer, shown() gives what the slider lets through. */
export class View {
  #text = '';
  #claims = [];
  #sources = [];
  #looks = new Map();
  #shown = [];
  #drawn = { marks: new Map(), stops: [] };
  #hiding = 0;

  constructor() {
    this.article = byId('article');
    this.note = byId('why');
    byId('confidence').addEventListener('input', () => this.#draw());
    this.#listen();
    drawLegend(byId('legend'));
  }

  /** Draws the answer to a text. */
  show(text, result) {
    this.#text = text;
    this.#claims = claimsOf(result);
    this.#sources = sourcesOf(this.#claims);
    this.#looks = new Map(this.#sources.map((source) => [source.key, source.look]));
    byId('answer-view').hidden = false;
    showNotices(result);
    this.#draw();
  }

  /** The claims that are shown. */
  shown() {
    return this.#shown;
  }

  #draw() {
    const least = byId('confidence').valueAsNumber / 100;
    byId('confidence-value').textContent = `${Math.round(least * 100)}%`;
    this.#shown = this.#claims.filter((claim) => claim.confidence >= least);
    const isShown = new Set(this.#shown);
    const sources = this.#sources
      .map((source) => ({ ...source, claims: source.claims.filter((claim) => isShown.has(claim)) }))
      .filter((source) => source.claims.length > 0);
    this.#hide();
    this.#drawn = drawArticle(this.article, this.#text, this.#shown, this.#looks);
    this.#drawn.stops.forEach(([, node], place) => {
      node.tabIndex = place === 0 ? 0 : -1;
      node.setAttribute('aria-describedby', this.note.id);
    });
    drawStrip(byId('strip'), this.#text, this.#shown, this.#looks);
    drawFigures(byId('figures'), this.#text, this.#shown, sources.filter((source) => source.key !== ''));
    drawKey(byId('sources'), sources, (source) => goToCard(sources.indexOf(source)));
    drawCards(byId('cards'), sources, (claim) => this.#goTo(claim));
    byId('shown').textContent = `${counted(this.#shown.length, 'claim')} of ${this.#claims.length} shown`;
  }

  #listen() {
    this.article.addEventListener('pointerover', (event) => this.#point(event.target));
    this.article.addEventListener('pointerleave', () => this.#hideSoon());
    this.note.addEventListener('pointerenter', () => clearTimeout(this.#hiding));
    this.note.addEventListener('pointerleave', () => this.#hideSoon());
    this.article.addEventListener('click', (event) => this.#choose(event.target));
    this.article.addEventListener('focusin', (event) => this.#focused(event.target));
    this.article.addEventListener('focusout', () => this.#hideSoon());
    this.article.addEventListener('keydown', (event) => this.#move(event));
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#hide();
    });
    byId('strip').addEventListener('click', (event) => {
      const claim = this.#shown.find(({ id }) => id === event.target.dataset?.claim);
      if (claim) this.#goTo(claim);
    });
  }

  #point(target) {
    const node = target.closest?.('[data-claims]');
    if (node) this.#tell(node);
    else this.#hideSoon();
  }

  /** A click, or a tap, on marked words goes to their claim's card; one that ends a selection doesn't. */
  #choose(target) {
    const node = target.closest?.('[data-claims]');
    if (!node || !getSelection().isCollapsed) return;
    const [claim] = this.#claimsAt(node);
    this.#drawn.stops.find(([of]) => of === claim)?.[1].focus({ preventScroll: true });
    this.#tell(node);
  }

  #focused(target) {
    const stop = this.#drawn.stops.find(([, node]) => node === target);
    if (!stop) return;
    for (const [, node] of this.#drawn.stops) node.tabIndex = node === target ? 0 : -1;
    this.#tell(target);
    showCard(this.#claimsAt(target)[0]);
  }

  #claimsAt(node) {
    return node.dataset.claims.split(' ').map((place) => this.#shown[Number(place)]);
  }

  /** Shows why the words of `node` were found, and what belongs to them. */
  #tell(node) {
    clearTimeout(this.#hiding);
    const claims = this.#claimsAt(node);
    this.#unmark();
    for (const mark of this.#drawn.marks.get(claims[0]) ?? []) mark.classList.add('active');
    cardOf(claims[0])?.classList.add('active');
    showWhy(this.note, node, claims, this.#looks);
  }

  #move(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const nodes = [...new Set(this.#drawn.stops.map(([, node]) => node))];
    const at = nodes.indexOf(document.activeElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? nodes.length - 1 : step ? at + step : -1;
    if (at < 0 || !nodes[to]) return;
    event.preventDefault();
    nodes[to].focus();
  }

  #goTo(claim) {
    const stop = this.#drawn.stops.find(([of]) => of === claim);
    if (!stop) return;
    bringIntoView(stop[1]);
    stop[1].focus({ preventScroll: true });
  }

  #hideSoon() {
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#hide(), LINGERING);
  }

  #hide() {
    clearTimeout(this.#hiding);
    this.note.hidden = true;
    this.#unmark();
  }

  #unmark() {
    for (const place of [this.article, byId('cards')]) {
      for (const node of place.querySelectorAll('.active')) node.classList.remove('active');
    }
  }
}

/** Goes to the card of the source that is shown at this place. */
function goToCard(place) {
  const card = byId('cards').children[place];
  bringIntoView(card, 'nearest');
  card.querySelector('h3').focus({ preventScroll: true });
}

function cardOf(claim) {
  return byId('cards').querySelector(`li[data-claim="${CSS.escape(claim.id)}"]`);
}

/** Where the cards have a scroll of their own, moves it so that the claim's is in sight. */
function showCard(claim) {
  const cards = byId('cards');
  const [card, sight] = [cardOf(claim)?.getBoundingClientRect(), cards.getBoundingClientRect()];
  if (!card || (card.top >= sight.top && card.bottom <= sight.bottom)) return;
  cards.scrollTop += card.top - sight.top - sight.height / 3;
}

function drawLegend(place) {
  const sample = (name, look, words) => element(name, { class: look }, words);
  place.replaceChildren(
    element('span', {}, sample('b', 'source s0 p0', 'Source'), ' in bold'),
    element('span', {}, sample('u', 'cue s0 p0', 'cue'), ' underlined'),
    element('span', {}, sample('mark', 'content quoted holds0 s0 p0', 'quoted'), ' on a line'),
    element('span', {}, sample('mark', 'content told holds0 s0 p0', 'paraphrased'), ' on dots'),
    element('span', {}, element('mark', { class: 'content told holds1 s0 p0' }, sample('mark', 'content told holds0 s1 p0', 'within another')), ' on a second line'),
    element('span', {}, sample('mark', 'content told holds0 unnamed', 'grey'), ': source not named'),
    element('span', {}, sample('mark', 'content told holds0 nobody', 'hatched'), ': no source at all'),
  );
}

