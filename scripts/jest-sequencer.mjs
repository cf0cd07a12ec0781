/** The longest suites first, so that two workers end together: a fresh clone knows no times. Plain order for the rest. */
const LONGEST = ['laws/', 'core/diff/pairs', 'scenarios', 'cli/chaos', 'cli/commands', 'core/lineage/shape', 'e2e/']

export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1))
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {
    // Nothing is remembered between runs.
  }
}

function rank(path) {
  const found = LONGEST.findIndex((part) => path.includes(`__tests__/${part}`))
  return found < 0 ? LONGEST.length : found
}
