// Mocha's usual output; beside it, in the folder QOIDA_CI_RESULTS names, one line of figures a run
// (`counts`), what failed (`failed`), so that the end of a long log tells it again, and in which files (`files`).
const { appendFileSync } = require('node:fs');
const { join, relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL } = Runner.constants;

/** No name of a file: of such a failure nobody can say what to run again. */
const UNKNOWN = '?';

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const folder = process.env.QOIDA_CI_RESULTS;
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const why = String(error?.stack ?? error).split('\n', 8);
      const told = [test.fullTitle(), ...why.map((line) => `    ${line}`), ''];
      appendFileSync(join(folder, 'failed'), told.join('\n'));
      const file = test.file ?? test.parent?.file;
      appendFileSync(join(folder, 'files'), `${file ? relative('', file) : UNKNOWN}\n`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      appendFileSync(join(folder, 'counts'), `${passes} ${failures} ${pending}\n`);
    });
  }
};
