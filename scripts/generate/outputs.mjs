import { outputTable } from '../../build/action/outputs.js'
import { failOnWords } from '../../build/commands/fail-on.js'
import { table } from './markdown.mjs'

/** What trips each word: the functions of src/commands/fail-on.ts in words. */
const meanings = {
  error:
    'a model does not build on head, or no longer binds; a test of error severity newly fails or cannot run any more, or a contract is newly broken; a declaration is broken or cannot be read; a budget with `on_breach = "error"` is exceeded; or the run could not finish',
  breaking:
    'something is bad for readers: a model does not build or is gone, a column is gone or holds less, the target, the key or the strategy is another, or a key is no longer unique',
  budget: 'a budget is exceeded, whatever its `on_breach`',
  changes: 'a model has other data, or is new or gone',
  incomplete: 'something could not be checked, or there were no data at all',
  tests:
    'of the above the tests and contracts alone: a test of error severity newly fails or cannot run any more, or a contract is newly broken',
}

/** The parts of docs/inputs.md below the table of inputs. */
export function outputsParts() {
  const words = Object.keys(meanings)
  const unexplained = failOnWords.filter((word) => !words.includes(word))
  if (unexplained.length > 0 || words.length !== failOnWords.length) {
    throw new Error(`scripts/generate/outputs.mjs must explain ${failOnWords.join(', ')}, and nothing else`)
  }
  return [
    '## What `fail-on` may hold',
    'A list, or `never` alone. The step fails when one of its words is true of the run:',
    table(
      ['word', 'is true when'],
      words.map((word) => [`\`${word}\``, meanings[word]]),
    ),
    'A step that has nothing to report, because there is no project or no commit to compare with, fails whatever the list says.',
    '## Outputs',
    table(
      ['output', 'what it holds'],
      Object.entries(outputTable).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
  ]
}
