'use strict';
// What became of calls and documents, and the line that tells it.

class Tally {
  sent = 0;
  answered = 0;
  refused = {};

  refuse(reason) {
    const short = String(reason).slice(0, 300);
    this.refused[short] = (this.refused[short] ?? 0) + 1;
  }
}

const begun = performance.now();
const all = new Tally();
const beside = new Tally();

/** Prints what there is and ends, whatever is still under way. */
function report() {
  const seconds = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ ...all, beside, seconds }));
  process.exit(0);
}

/** Reports when `work` is done, or after so many seconds without it. */
function within(seconds, work) {
  setTimeout(report, seconds * 1000);
  work.then(report);
}

module.exports = { all, beside, within };
