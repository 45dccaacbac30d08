// Mocha's dot reporter with a closing line that people and CI can read: "N passed, N failed, N skipped".
'use strict';
const { reporters } = require('mocha');

module.exports = class ClosingLineReporter extends reporters.Dot {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }
};
