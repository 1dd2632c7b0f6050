// Prints, as the very last line of a run, what automation reads: "N passed, N failed[, N skipped]".
// With CORDON_COUNTS set, the numbers are added to that file instead, so that several runs give one line.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');

class CountReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A test file that could not even be loaded has no failing test of its own, so it is counted as one.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const file = process.env.CORDON_COUNTS;
    if (!file) {
      process.once('exit', () => process.stdout.write(`${CountReporter.line(counts)}\n`));
      return;
    }
    const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const sum = Object.entries(counts).map(([name, count]) => [name, count + (before[name] ?? 0)]);
    writeFileSync(file, JSON.stringify(Object.fromEntries(sum)));
  }

  static line({ passed, failed, skipped }) {
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  }
}

module.exports = CountReporter;
