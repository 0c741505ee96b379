// How long an article of 2,600 words takes to be drawn once its answer is here: the median of ten runs.
//
//     PAGE_URL=http://127.0.0.1:50051/ node measure.js

import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const RUNS = 10;
/** 99 of 100 articles are shorter. */
const WORDS = 2600;

const lines = (await readFile(new URL('../data/wikinews-dev.jsonl', import.meta.url), 'utf8')).trim().split('\n');
const all = lines.map((line) => JSON.parse(line).text).join('\n\n');
const text = all.match(new RegExp(`^(?:\\s*\\S+){${WORDS}}`))[0];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const runs = [];
let claims = 0;
for (let run = 0; run < RUNS; run += 1) {
  const page = await browser.newPage();
  // The page measures its own work; layout and the frame after it are added here.
  await page.addInitScript(() => {
    const measure = performance.measure.bind(performance);
    performance.measure = (name, { start, end }) => {
      document.body.getBoundingClientRect();
      const laidOut = performance.now();
      requestAnimationFrame(() => setTimeout(() => {
        window.drawn = { script: end - start, laidOut: laidOut - start, painted: performance.now() - start };
      }));
      return measure(name, { start, end });
    };
  });
  await page.goto(process.env.PAGE_URL ?? 'http://127.0.0.1:50051/');
  await page.fill('#text', text);
  await page.click('#form .primary');
  runs.push(await (await page.waitForFunction(() => window.drawn)).jsonValue());
  claims = await page.locator('.card li').count();
  await page.close();
}
await browser.close();

const median = (name) => {
  const times = runs.map((run) => run[name]).sort((some, other) => some - other);
  return `${name} ${((times[RUNS / 2 - 1] + times[RUNS / 2]) / 2).toFixed(1)} ms (${times[0].toFixed(1)} to ${times[RUNS - 1].toFixed(1)})`;
};
console.log(`${WORDS} words, ${claims} claims, ${RUNS} runs: ${['script', 'laidOut', 'painted'].map(median).join(', ')}`);
