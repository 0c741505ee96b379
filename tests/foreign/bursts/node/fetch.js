'use strict';
// Calls of the JSON door by Node's own fetch; ../run.py says what the arguments are.

const fs = require('node:fs');
const { all, within } = require('./tally.js');

const [, address, file, ...numbers] = process.argv.slice(2);
const [calls, atOnce, seconds] = numbers.map(Number);
const body = JSON.stringify({ document: { text: fs.readFileSync(file, 'utf8') } });
const headers = { 'content-type': 'application/json' };

async function extract() {
  all.sent += 1;
  try {
    const answer = await fetch(`http://${address}/v1/claims:extract`, { method: 'POST', headers, body });
    const content = await answer.json();
    if (answer.ok && content.result) all.answered += 1;
    else all.refuse(`${answer.status} ${content.message}`);
  } catch (error) {
    all.refuse(error.cause ?? error);
  }
}

async function burst() {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await extract();
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
}

within(seconds, burst());
