import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toRunOutput, type RunOutput } from '../src/core/contract/run.ts'
import { reportRenderers } from '../src/core/report/renderers.ts'
import { removeTemporaryFolders } from './support/git-repository.ts'
import { normalised } from './support/normalised.ts'
import { checkOut, fixtures, previewScenario, scenarioNames, type Previewed } from './support/scenario.ts'
import { productionDifferences } from './support/truth.ts'

afterAll(removeTemporaryFolders)

describe.each(scenarioNames())('the scenario %s', (name) => {
  let previewed: Previewed
  let output: RunOutput

  beforeAll(async () => {
    previewed = await previewScenario(checkOut(name))
    output = toRunOutput(normalised(previewed.result), reportRenderers())
  }, 60_000)

  it('gives the plan, the diff and the comment that were reviewed', () => {
    golden(name, 'plan.json', `${JSON.stringify(output.create, undefined, 2)}\n`)
    golden(name, 'diff.json', `${JSON.stringify(output.diff, undefined, 2)}\n`)
    golden(name, 'comment.md', `${output.markdown}\n`)
  })

  it('leaves the warehouse byte-identical', () => {
    expect(previewed.checksums.after).toBe(previewed.checksums.before)
    expect(output.failures).toEqual([])
  })

  it('has counts that reconcile, and samples that are of the rows counted', () => {
    for (const { model_name: model, rows } of output.models) {
      if (rows === undefined) continue
      const [base, head, added, removed, changed, identical] = [
        rows.base,
        rows.head,
        rows.added,
        rows.removed,
        rows.changed,
        rows.identical,
      ].map(Number) as [number, number, number, number, number, number]
      expect({ model, head: base - removed + added }).toEqual({ model, head })
      expect({ model, base: identical + changed + removed }).toEqual({ model, base })
    }
  })

  it('says of every model what production would do', async () => {
    const files = { base: join(fixtures, name, 'base'), head: join(fixtures, name, 'head') }
    expect(await productionDifferences(previewed, output, files)).toEqual([])
  }, 60_000)
})

function golden(scenario: string, file: string, actual: string): void {
  const folder = join(fixtures, scenario, 'expected')
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, file), actual)
  }
  expect(actual).toBe(readFileSync(join(folder, file), 'utf8'))
}
