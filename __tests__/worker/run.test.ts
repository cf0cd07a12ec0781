import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from '@jest/globals'
import { documentOf, expectClean, removeTemporaryRoot, runCli } from '../cli/run-cli.ts'
import { edited, shopRepository } from '../cli/shop.ts'
import { removeTemporaryFolders } from '../support/git-repository.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

describe('a run whose worker dies', () => {
  it('goes on with a new one: the guilty model fails, the others are built and compared', async () => {
    const repository = shopRepository({
      ...edited,
      'models/bomb.sql': 'SELECT range(200000000) AS r',
    })
    const result = await runCli(['run', '--base', 'main', '--memory-limit', '128MB'], { cwd: repository.folder })
    expectClean(result)
    expect(result.status).toBe(0)
    const rows = new Map(documentOf(result).models.map((row) => [row.model_name, row]))
    expect(rows.get('bomb')).toMatchObject({ verdict: 'failed' })
    expect(rows.get('bomb')?.findings[0]?.code).toMatch(/^kernel\.memory$|^engine\.out-of-memory$/)
    expect(rows.get('orders')).toMatchObject({ verdict: 'changed', rows: { base: 199, head: 189 } })
    expect(rows.get('revenue')).toMatchObject({ verdict: 'changed' })
  })

  it('survives a SIGKILL in the middle: nothing is lost, and at most the guilty model fails', async () => {
    const slow = 'SELECT sum(hash(a.i * 7919 + b.i))::VARCHAR AS h FROM range(6000) a(i), range(20000) b(i)'
    const repository = shopRepository({ ...edited, 'models/slow.sql': slow })
    let killed = 0
    const result = await runCli(['run', '--base', 'main'], {
      cwd: repository.folder,
      meanwhile: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (!text.includes('building')) return
          setTimeout(() => {
            for (const pid of childrenOf(child.pid!)) {
              process.kill(pid, 'SIGKILL')
              killed += 1
            }
          }, 500)
        })
      },
    })
    expectClean(result)
    expect(killed).toBe(1)
    expect(result.status).toBe(0)
    const rows = new Map(documentOf(result).models.map((row) => [row.model_name, row]))
    expect(rows.get('orders')).toMatchObject({ verdict: 'changed', rows: { base: 199, head: 189 } })
    expect(rows.get('slow')).toMatchObject({ verdict: 'added', rows: { head: 1 } })
  })
})

describe('a model that does not end', () => {
  // It folds constants, so it does not end while it is bound either.
  const bomb = "SELECT levenshtein(repeat('a', 3000000), repeat('b', 3000000)) AS d"

  it('is ended when it is bound and with its turn, once for both of its sides; all others are built and compared', async () => {
    const repository = shopRepository(
      { ...edited, 'models/bomb.sql': `${bomb}, 1 AS e\n`, 'models/reader.sql': 'SELECT d + 2 AS e FROM bomb\n' },
      { 'models/bomb.sql': `${bomb}\n`, 'models/reader.sql': 'SELECT d + 1 AS e FROM bomb\n' },
    )
    const result = await runCli(['run', '--base', 'main', '--timeout', '45s'], { cwd: repository.folder })
    expectClean(result)
    expect(result.status).toBe(0)
    const run = documentOf(result)
    expect(run.failures).toEqual([])
    expect(run.notices).toContainEqual(
      expect.objectContaining({ code: 'plan.unbound', message: expect.stringContaining('"bomb"') }),
    )
    const rows = new Map(run.models.map((row) => [row.model_name, row]))
    // Both sides start at once: where head's turn ends first, head is what fails; else nobody knows of head.
    const bombed = rows.get('bomb')
    const told = bombed?.verdict === 'failed' ? 'longer than its turn' : 'took all the time that the model may take'
    expect(['failed', 'not_checked']).toContain(bombed?.verdict)
    expect(JSON.stringify(bombed)).toContain(told)
    expect(rows.get('reader')).toMatchObject({ verdict: 'not_checked' })
    expect(rows.get('orders')).toMatchObject({ verdict: 'changed', rows: { base: 199, head: 189 } })
    expect(rows.get('revenue')).toMatchObject({ verdict: 'changed' })
  })
})

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return (
          new RegExp(`^PPid:\t${String(parent)}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8')) &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.js')
        )
      } catch {
        return false
      }
    })
    .map(Number)
}
