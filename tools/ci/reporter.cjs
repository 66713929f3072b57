// Mocha's usual output, and one line of figures appended to the file QOIDA_CI_COUNTS names.
const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END } = Runner.constants;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      appendFileSync(process.env.QOIDA_CI_COUNTS, `${passes} ${failures} ${pending}\n`);
    });
  }
};
