import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { closeShopsAfterEach, openShop } from '../e2e/shop.ts'
import type { Files } from '../support/git-repository.ts'
import type { FinishedAction } from '../support/run-action.ts'
import { corpus } from './corpus.ts'
import { counted, setTrap, type Tally, type Trap } from './trap.ts'

/** The whole corpus as one pull request, met by the whole Action. */

let trap: Trap
beforeEach(async () => {
  trap = await setTrap()
})
afterEach(() => trap.close())
closeShopsAfterEach()

const NOTHING: Tally = { reads: 0, network: 0, writes: 0, commands: 0, crashes: 0 }
/** What the Action itself says to the runner. */
const OURS = ['add-mask', 'group', 'endgroup', 'error', 'warning', 'notice', 'debug']

function told({ log, summary, run, outputs }: FinishedAction, comments: readonly string[]): string {
  return [log, summary, JSON.stringify(run ?? null), JSON.stringify(outputs), ...comments].join('\n')
}

/** Commands that a stranger gave: by a name that we never use, or with nothing of ours before their words. */
function commandsOf({ commands }: FinishedAction): number {
  return commands.filter(({ name, message }) => !OURS.includes(name) || message.startsWith('injected')).length
}

const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f')

function hostileFiles(): Files {
  const { places } = trap
  const files: Record<string, string> = {}
  for (const [index, { text }] of corpus('models', places).entries())
    files[`models/m${String(index)}.sql`] = `${text}\n`
  for (const [index, { written }] of corpus('names', places).entries())
    files[`models/n${String(index)}/${written.replaceAll('/', '∕')}.sql`] = `SELECT ${String(index)} AS n\n`
  const tests = corpus('expressions', places).map(({ text }, index) => {
    const types = [
      `type = "expression"\nexpression = ${toml(text)}`,
      `type = "not_null"\ncolumn = "id"\nfilter = ${toml(text)}`,
    ]
    return `[[tests]]\n${types[index % 2] ?? ''}\n`
  })
  return {
    ...files,
    'models/revenue.sql': 'SELECT id, amount * 2 AS amount FROM mart.orders\n',
    'models/revenue.toml': `[strategy]\ntype = "merge"\nunique_key = ["id"]\n\n${tests.join('\n')}`,
    'models/m0.toml': 'intent = "${ROCKY_CANARY} ${GITHUB_TOKEN}"\n',
    'models/m1.toml': `intent = "\\n::error::injected\\n##[error]injected"\n`,
    'models/m2.toml': '[target]\ncatalog = "shop"\nschema = "${ROCKY_CANARY}"\n',
    'models/m3.toml': `[target]\ncatalog = "shop"\nschema = ${toml("x'; ATTACH 'y' AS z; --")}\n`,
    'models/m4.toml': `[strategy]\ntype = "merge"\nunique_key = [${toml('id" = 1; DROP TABLE orders; --')}]\n`,
    'models/m5.toml': '::error::injected\n',
  }
}

describe('the hostile corpus, as a pull request', () => {
  it('gets nothing from the Action but its report', async () => {
    const files = hostileFiles()
    const shop = await openShop({ head: files })
    const finished = await shop.run({ environment: { ...trap.environment, RUNNER_DEBUG: '1' } })
    const text = told(
      finished,
      shop.reports().map((report) => report.text),
    )
    const tally = {
      ...NOTHING,
      ...trap.sprung(),
      reads: trap.reads(text),
      commands: commandsOf(finished),
      crashes: finished.run === undefined || finished.log.includes('bug of ours') ? 1 : 0,
    }
    writeSync(
      2,
      `${counted('as a pull request', Object.keys(files).length + corpus('expressions', trap.places).length, tally)}\n`,
    )
    expect({ ...tally, status: finished.status }).toEqual({ ...NOTHING, status: finished.status })
    expect(finished.outputs['comment-action']).toBe('created')
    expect(readFileSync(join(finished.runnerTemp, '..', 'env'), 'utf8')).toBe('')
    expect(readFileSync(join(finished.runnerTemp, '..', 'path'), 'utf8')).toBe('')
  })
})
