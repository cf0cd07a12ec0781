/**
 * Says at the very end how many tests passed and failed, on a line of its own: `12 passed, 0 failed`. A suite that could
 * not be loaded has no tests to count, so it counts as one that failed. With TEST_COUNTS set, the figures also go to that file.
 */
import { writeFileSync } from 'node:fs'

export default class CountingReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }) {
    const unloaded = Math.max(
      numRuntimeErrorTestSuites,
      testResults.filter(({ testExecError, numFailingTests }) => testExecError !== undefined && numFailingTests === 0)
        .length,
    )
    const counts = { passed: numPassedTests, failed: numFailedTests + unloaded }
    const file = process.env['TEST_COUNTS']
    if (file !== undefined && file !== '') writeFileSync(file, JSON.stringify(counts))
    // jest puts its own summary after every reporter: only the end of the process comes later.
    process.once('exit', () =>
      process.stderr.write(`\n${String(counts.passed)} passed, ${String(counts.failed)} failed\n`),
    )
  }
}
