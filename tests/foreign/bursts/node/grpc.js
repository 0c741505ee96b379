'use strict';
// Calls by @grpc/grpc-js as its tutorial makes them; ../run.py says what the arguments are.

const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const { all, beside, within } = require('./tally.js');

const [scenario, address, file, ...numbers] = process.argv.slice(2);
const [first, second, seconds] = numbers.map(Number);
const text = fs.readFileSync(file, 'utf8');
const proto = path.resolve(__dirname, '../../../../proto');
const definition = loader.loadSync('ascribe/v1/claims.proto', { includeDirs: [proto], keepCase: true });
const { ClaimService } = grpc.loadPackageDefinition(definition).ascribe.v1;
const client = new ClaimService(address, grpc.credentials.createInsecure());

/** One call, counted. */
function extract(tally) {
  tally.sent += 1;
  return new Promise((resolve) => {
    client.extractClaims({ document: { text } }, (error) => {
      if (error) tally.refuse(error.message);
      else tally.answered += 1;
      resolve();
    });
  });
}

/** So many calls, of which so many are under way at one time. */
async function burst(calls, atOnce) {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await extract(all);
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
}

/** One stream of so many documents, written without waiting for anything. */
function stream(documents) {
  return new Promise((resolve) => {
    const call = client.streamExtractClaims();
    call.on('data', (answer) => {
      if (answer.error) all.refuse(`document: ${answer.error.message}`);
      else all.answered += 1;
    });
    call.on('error', (error) => {
      all.refuse(`stream: ${error.message}`);
      resolve();
    });
    call.on('end', resolve);
    for (let sequence = 0; sequence < documents; sequence++) {
      call.write({ item: { sequence, document: { text } } });
      all.sent += 1;
    }
    call.end();
  });
}

/** Streams at one time over one connection, and single calls beside them until all have ended. */
async function streams(count, documents) {
  let streaming = true;
  const work = Promise.all(Array.from({ length: count }, () => stream(documents))).then(() => {
    streaming = false;
  });
  while (streaming) {
    await extract(beside);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await work;
}

within(seconds, scenario === 'burst' ? burst(first, second) : streams(first, second));
