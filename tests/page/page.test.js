// The page in a real browser, as it is served: PAGE_URL names the server.
//
//     cd tests/page && npm install && PAGE_URL=http://127.0.0.1:50051/ npm test
//
// The server may be the service itself or serve.py. CHROMIUM names the browser, if not /usr/bin/chromium.

import { after, afterEach, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const URL = process.env.PAGE_URL ?? 'http://127.0.0.1:50051/';
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const DATA = new globalThis.URL('../data/', import.meta.url);
const SEED = await readFile(new globalThis.URL('seed.txt', DATA), 'utf8');
/** The seed article and others, as `ascribe extract --format html` writes them: a URL of the file. */
const REPORT = process.env.PAGE_REPORT;
/** The bundle's limit, in bytes. */
const LARGEST_PAGE = 100_000;

let browser;
let page;
/** What the console said of errors, and requests that went elsewhere: none is right. */
let complaints;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
});

after(() => browser?.close());

beforeEach(async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    // An HTTP status that the page tells its reader about is told here too.
    const isRefusal = message.text().startsWith('Failed to load resource: the server responded');
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (![URL, 'data:', REPORT].some((start) => start && request.url().startsWith(start))) complaints.push(request.url());
  });
  await page.goto(URL);
});

afterEach(async () => {
  await page.context().close();
  assert.deepEqual(complaints, []);
});

/** Pastes a text and waits for its answer. */
async function read(text) {
  if (!(await page.locator('#text').isVisible())) await page.click('#paste summary');
  await page.fill('#text', text);
  await page.click('#form .primary');
  await page.locator('#answer-view').waitFor();
  await page.waitForFunction(() => !document.body.hasAttribute('aria-busy'));
}

async function check(draft) {
  await page.click('#tab-checking');
  await page.fill('#draft', draft);
  await page.click('#draft-form .primary');
  await page.locator('#verdicts').filter({ hasText: 'quotation' }).waitFor();
}

/** The words of a locator's elements, white space told as one space. */
async function words(locator) {
  return (await locator.allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
}

test('one request brings the whole page, under a policy that allows nothing else', async () => {
  const response = await page.reload();
  const body = await response.body();
  assert.ok(body.length < LARGEST_PAGE, `${body.length} bytes`);
  const policy = response.headers()['content-security-policy'];
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; /);
  assert.match(policy, /frame-ancestors 'none'/);
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  assert.deepEqual(loaded.filter((name) => !name.startsWith('data:')), []);
});

test('what the Pentagon said is tinted, its cue underlined, its source bold, and it has a card', async () => {
  await read(SEED);
  const card = page.locator('.card', { has: page.locator('h3', { hasText: 'Pentagon' }) });
  const look = (await card.getAttribute('class')).match(/\bs\d+\b/)[0];
  const tinted = (await page.locator(`#article mark.content.${look}`).allTextContents()).join('');
  assert.match(tinted, /emphasized the importance of maintaining lines of communication/);
  assert.ok((await words(page.locator(`#article u.cue.${look}`))).includes('citing'));
  assert.ok((await words(page.locator(`#article b.source.${look}`))).includes('the Pentagon'));
  assert.match((await words(card))[0], /\d+ words quoted, \d+ paraphrased/);
});

test('what makes an answer doubtful stands above the article', async () => {
  await read('<p>Mayor Ana Ruiz said the bridge is safe.</p>');
  assert.match((await words(page.locator('#notices li')))[0], /^Markup in the text: the text looks like HTML, 2 tags such as “<p>”/);
  await read(SEED);
  assert.equal(await page.locator('#notices').isVisible(), false);
});

test('no word of the article is lost or doubled, however its marks overlap', async () => {
  await read(SEED);
  const shown = await page.locator('#article > :not(.origin)').allTextContents();
  assert.equal(shown.join(' ').replace(/\s+/g, ' ').trim(), SEED.replace(/\s+/g, ' ').trim());
});

test('a claim within a claim has a line of its own over the outer one', async () => {
  await read(SEED);
  const inner = page.locator('#article mark.content mark.content', { hasText: 'ceasefire' });
  const [outer] = await inner.evaluateAll((nodes) => nodes.map((node) => node.parentElement.className));
  assert.match(outer, /holds1/);
});

test('the focus goes from claim to claim by the arrow keys, and a note says why each was found', async () => {
  await read(SEED);
  await page.locator('#article mark[tabindex="0"]').focus();
  const note = page.locator('#why');
  await note.waitFor();
  const first = await note.textContent();
  assert.match(first, /Pattern/);
  assert.match(first, /Lexicon/);
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await note.textContent(), first);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-describedby')), 'why');
  await page.keyboard.press('Escape');
  assert.equal(await note.isVisible(), false);
});

test('the pointer brings the same note', async () => {
  await read(SEED);
  await page.locator('#article u.cue', { hasText: 'citing' }).hover();
  assert.match(await page.locator('#why').textContent(), /Pentagon.*“citing”.*cite · verb/);
});

test('a right, an altered and an invented quotation are told apart', async () => {
  await read(SEED);
  await check(
    'He “urged an immediate ceasefire in Ukraine,” “emphasized the great importance of maintaining lines of '
    + 'communication” and said: “We will never rest until every soldier has come home.”',
  );
  const verdicts = await words(page.locator('.verdict'));
  assert.match(verdicts[0], /Exact/);
  assert.match(verdicts[1], /Altered/);
  assert.match(verdicts[2], /Not in the article/);
  assert.deepEqual(await words(page.locator('.finding.altered ins')), ['[put in: great]']);
  await page.locator('.finding.verbatim button').click();
  const pointed = await page.evaluate(() => document.activeElement.textContent);
  assert.match(pointed, /urged an immediate ceasefire in Ukraine/);
});

test('who the draft names is compared with who the article names', async () => {
  await read(SEED);
  await check('Austin urged “an immediate ceasefire in Ukraine”.');
  const field = page.locator('.finding input');
  await field.fill('Austin');
  await field.press('Tab');
  await page.locator('.whose', { hasText: '✓ the same' }).waitFor();
  await page.locator('.finding input').fill('Gerasimov');
  await page.locator('.finding input').press('Tab');
  await page.locator('.mismatch', { hasText: 'somebody else' }).waitFor();
  await check('“We will never rest until every soldier has come home.”');
  // What was found before is replaced.
  await page.locator('.finding.absent').waitFor();
  await page.locator('.finding input').fill('Austin');
  await page.locator('.finding input').press('Tab');
  await page.locator('.mismatch', { hasText: 'nobody says it' }).waitFor();
});

test('markup in an article is text', async () => {
  const hostile = '<script>window.ran = true</script><img src=x onerror="window.ran = true"> The minister said '
    + '"it is <b onmouseover=\'window.ran=true\'>over</b>" on Tuesday, according to <iframe src="javascript:ran=true">.';
  await read(`${hostile}\n\nMore of it was said by <svg onload=alert(1)>.`);
  assert.match(await page.locator('#article').textContent(), /<script>window\.ran = true<\/script>/);
  await check(`“${hostile.replaceAll('"', '')}”`);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.locator('#article :is(script, img, iframe, svg), #findings :is(script, img)').count(), 0);
});

test('an emoji before a claim moves no mark', async () => {
  await read('🙂🙂 The mayor was pleased. “We are proud,” Mayor Jane Smith said on Tuesday.');
  const marks = (await page.locator('#article mark.content').allTextContents()).join('');
  assert.match(marks, /^“We are proud,?”?$/);
});

test('the tabs are reached and changed by keyboard', async () => {
  await read(SEED);
  await page.keyboard.press('Tab');
  await page.locator('#tab-reading').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-checking');
  assert.equal(await page.locator('#tab-checking').getAttribute('aria-selected'), 'true');
  assert.equal(await page.locator('#checking').isVisible(), true);
  assert.equal(await page.locator('#reading').isVisible(), false);
  await page.keyboard.press('Home');
  assert.equal(await page.locator('#reading').isVisible(), true);
});

test('who reads by keyboard and ear is told of the answer and goes on from there', async () => {
  await page.fill('#text', SEED);
  await page.locator('#form .primary').focus();
  await page.keyboard.press('Enter');
  await page.locator('#status', { hasText: /\d+ claims found/ }).waitFor({ state: 'attached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

test('the first stop of the keyboard leads past the masthead', async () => {
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

test('a link holds the article and the draft', async () => {
  await read(SEED);
  await check('“urged an immediate ceasefire in Ukraine”');
  await page.click('#tab-reading');
  await page.click('#copy-link');
  await page.waitForFunction(() => location.hash.startsWith('#z='));
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await page.locator('.card').first().waitFor();
  assert.equal(await page.inputValue('#text'), SEED);
  await page.click('#tab-checking');
  await page.locator('.finding.verbatim').waitFor();
  // One that is damaged says nothing and breaks nothing.
  await page.goto('about:blank');
  await page.goto(`${URL}#z=AAAA`);
  assert.equal(await page.locator('#answer-view').isVisible(), false);
});

test('the slider leaves out what is less sure', async () => {
  await read(SEED);
  const counts = [];
  for (const least of ['10', '100']) {
    await page.locator('#confidence').fill(least);
    counts.push(await page.locator('.card li').count());
  }
  assert.ok(counts[0] > 0, 'claims at 10%');
  assert.equal(counts[1], 0);
  assert.equal(await page.locator('#article mark').count(), 0);
});

test('JSON, CSV and the grpcurl command are for the taking', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await read(SEED);
  const copied = async (id) => {
    await page.click(`#${id}`);
    await page.locator('#status', { hasText: 'Copied' }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const claims = JSON.parse(await copied('copy-json')).claims;
  assert.equal(claims.length, await page.locator('.card li').count());
  const lines = (await copied('copy-csv')).trim().split('\r\n');
  assert.match(lines[0], /^claim,within,source,/);
  assert.match(lines.join('\n'), /Pentagon/);
  const [command, request] = (await copied('copy-grpcurl')).split('\n');
  assert.match(command, /^grpcurl -plaintext -d @ 127\.0\.0\.1:\d+ ascribe\.v1\.ClaimService\/ExtractClaims <</);
  assert.equal(JSON.parse(request).document.text, SEED);
});

test('what the page copies as CSV opens no formula in a spreadsheet', async () => {
  // The page is served as one file, so the module is read from where it lies.
  const module = await readFile(new globalThis.URL('../../page/copies.js', import.meta.url), 'utf8');
  const { asCsv } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  const harmless = ['a=1', "'tis", '1-2', '“=1”'];
  const formulas = ['=1+1', '+1', '-1', '@A1', '"=1', "'=1", ' =1', '\t=1', '\r=1', '\n=1', '\uff1d1'];
  for (const text of [...harmless, ...formulas]) {
    const expected = harmless.includes(text) ? text : `'${text}`;
    const cell = /[",\r\n]/.test(expected) ? `"${expected.replaceAll('"', '""')}"` : expected;
    const csv = asCsv([{ id: 'c0', text, confidence: 1, spans: [] }]);
    assert.ok(csv.includes(`,${cell},`), `${JSON.stringify(text)}: ${csv}`);
  }
});

test('what the service refuses is told in its words', async () => {
  await page.route('**/v1/claims:extract', (route) => route.fulfill({
    status: 400, contentType: 'application/json', body: '{"code":3,"message":"document.text is too long","details":[]}',
  }));
  await page.fill('#text', 'A text.');
  await page.click('#form .primary');
  await page.locator('#error', { hasText: 'document.text is too long' }).waitFor();
});

test('the key is sent and kept nowhere', async () => {
  await page.fill('#key', 'secret');
  const asked = page.waitForRequest('**/v1/claims:extract');
  await read(SEED);
  assert.equal((await asked).headers()['x-api-key'], 'secret');
  await page.click('#copy-link');
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie, location.href]));
  assert.doesNotMatch(kept, /secret/);
});

test('words stand out from their ground, in every tint, by day and by night', async () => {
  await read(SEED);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const faint = await page.evaluate(faintPairs);
    assert.deepEqual(faint, [], colorScheme);
  }
});

/** Pairs of colours with a contrast (WCAG 2) under 4.5; run in the page. */
function faintPairs() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const colours = (look) => {
    const probe = document.createElement('i');
    probe.className = look;
    document.body.append(probe);
    const told = (name) => {
      probe.style.setProperty('color', `var(--${name})`);
      return getComputedStyle(probe).color;
    };
    const names = ['paper', 'card', 'ink', 'muted', 'accent', 'on-accent', 'bad', 'bad-ground', 'good', 'good-ground', 'warn',
      'warn-ground', 'tint', 'name', 'state', 'ground'];
    const found = Object.fromEntries(names.map((name) => [name, told(name)]));
    probe.remove();
    return found;
  };
  const tints = [...Array.from({ length: 12 }, (_, place) => `s${place} p0`), 'unnamed', 'nobody'];
  const verdicts = ['verbatim', 'typographic', 'altered', 'absent'];
  const pairs = [['ink', 'paper'], ['ink', 'card'], ['muted', 'paper'], ['muted', 'card'], ['accent', 'paper'], ['accent', 'card'],
    ['on-accent', 'accent'], ['bad', 'bad-ground'], ['good', 'good-ground'], ['warn', 'warn-ground']];
  const wanted = [
    ...pairs.map((pair) => ['', ...pair]),
    ...tints.flatMap((look) => [[look, 'ink', 'tint'], [look, 'muted', 'tint'], [look, 'name', 'tint'], [look, 'name', 'paper']]),
    ...verdicts.flatMap((look) => [[look, 'ink', 'ground'], [look, 'state', 'paper']]),
  ];
  return wanted.map(([look, some, other]) => {
    const found = colours(look);
    const [low, high] = [luminance(found[some]), luminance(found[other])].sort((a, b) => a - b);
    return [look, some, other, (high + 0.05) / (low + 0.05)];
  }).filter(([, , , contrast]) => contrast < 4.5);
}

test('a phone has one column and scrolls only down', async () => {
  await page.setViewportSize({ width: 360, height: 720 });
  await read(SEED);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  const [article, cards] = [await page.locator('#article').boundingBox(), await page.locator('#cards').boundingBox()];
  assert.ok(cards.y >= article.y + article.height);
});

test('a page that brings its answer needs no service', async () => {
  const html = await (await page.goto(URL)).text();
  const text = 'It is </script> over, <!-- Jane Smith said.';
  const result = {
    claims: [{
      claim_id: 'c0', kind: 'QUOTATION_KIND_INDIRECT', confidence: 0.9,
      source: { spans: [{ start: 27, end: 37 }], text: 'Jane Smith', resolved_name: 'Jane Smith', named: true, entity_id: 'e0' },
      cue: { spans: [{ start: 38, end: 42 }], text: 'said' },
      content: { spans: [{ end: 20 }], text: 'It is </script> over' },
    }],
  };
  const answer = JSON.stringify({ document: { text }, result }).replaceAll('<', '\\u003c');
  const place = '<script type="application/json" id="answer"></script>';
  assert.ok(html.includes(place));
  await page.route('**/saved', (route) => route.fulfill({
    contentType: 'text/html', body: html.replace(place, () => place.replace('><', `>${answer}<`)),
  }));
  await page.goto(`${URL}saved`);
  assert.deepEqual(await words(page.locator('#article mark.content')), ['It is </script> over']);
  assert.equal(await page.locator('#form').isVisible(), false);
});

test('what ascribe extract --format html writes is looked at from a file', { skip: !REPORT }, async () => {
  await page.context().setOffline(true);
  await page.goto(REPORT);
  const heading = await page.locator('#article').textContent();
  assert.ok(heading.length > 500);
  const whose = await words(page.locator('#cards h3, #cards .name'));
  assert.ok(whose.some((name) => name.includes('Pentagon')), whose.join());
  assert.equal(await page.locator('#form').isVisible(), false);
  const list = page.locator('#documents select');
  await list.selectOption({ index: 1 });
  await page.waitForFunction((before) => document.querySelector('#article').textContent !== before, heading);
  assert.ok(await page.locator('#article mark.content').count() > 0);
});

test('the examples are the articles of tests/data', async () => {
  const lines = (await readFile(new globalThis.URL('wikinews-dev.jsonl', DATA), 'utf8')).trim().split('\n');
  const articles = [SEED, ...lines.map((line) => JSON.parse(line).text)];
  for (const button of await page.locator('#examples button').all()) {
    if (!(await button.isVisible())) await page.click('#paste summary');
    await button.click();
    await page.waitForFunction(() => !document.body.hasAttribute('aria-busy'));
    assert.ok(articles.includes(await page.inputValue('#text')), await button.textContent());
    assert.match(await page.locator('.origin').textContent(), /^Text: /);
  }
});
