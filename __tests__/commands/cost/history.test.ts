import { describe, expect, it } from '@jest/globals'
import { keepHistory, readHistory } from '../../../src/commands/cost/history.ts'
import type { PreviewRequest } from '../../../src/commands/request.ts'
import type { Services } from '../../../src/commands/services.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import type { CostRecord } from '../../../src/core/ports/records.ts'

const asked = { cost: { records: 'records.duckdb' } } as PreviewRequest
const record: CostRecord = {
  run: 'r',
  at: '2026-01-01 00:00:00',
  preview: 'pr',
  commit: 'a'.repeat(40),
  machine: 'm',
  model: 'a',
  side: 'base',
  code: 'c',
  durationMs: 1,
}

/** A folder in memory: files are lists of records, or cannot be read. */
function world(files: Map<string, readonly CostRecord[] | PreviewError>): Services {
  return {
    kernel: {
      readRecords: (path: string) => {
        const found = files.get(path)
        return found instanceof PreviewError ? Promise.reject(found) : Promise.resolve(found ?? [])
      },
      writeRecords: (path: string, records: readonly CostRecord[]) => Promise.resolve(files.set(path, records)),
    },
    files: {
      temporaryFolder: '/tmp/run',
      exists: (path: string) => Promise.resolve(files.has(path)),
      remove: (path: string) => Promise.resolve(files.delete(path)),
      copy: (from: string, to: string) => Promise.resolve(files.set(to, files.get(from) ?? [])),
    },
  } as unknown as Services
}

describe('readHistory', () => {
  it('begins with nothing where there is no file yet, and keeps what is added', async () => {
    const files = new Map<string, readonly CostRecord[] | PreviewError>()
    const history = await readHistory(world(files), asked)
    expect(history).toEqual({ records: [], path: 'records.duckdb', notices: [] })
    expect(await keepHistory(world(files), history, [record])).toEqual([])
    expect(files.get('records.duckdb')).toEqual([record])
  })

  it('goes on without a file that cannot be used, says so, and leaves it as it is', async () => {
    const damage = new PreviewError('records.refused', 'The records cannot be used: it holds no records of ours.')
    const files = new Map<string, readonly CostRecord[] | PreviewError>([['records.duckdb', damage]])
    const history = await readHistory(world(files), asked)
    expect(history.notices).toEqual([
      {
        code: 'records-refused',
        message: 'The records cannot be used: it holds no records of ours. The run went on without records.',
      },
    ])
    expect(await keepHistory(world(files), history, [record])).toEqual([])
    expect(files.get('records.duckdb')).toBe(damage)
  })

  it('does not hide a fault of ours', async () => {
    const files = new Map([['records.duckdb', new PreviewError('bug', 'ours')]])
    await expect(readHistory(world(files), asked)).rejects.toThrow('ours')
  })

  it('leaves the file as it was where nothing was measured', async () => {
    const files = new Map<string, readonly CostRecord[] | PreviewError>([['records.duckdb', [record]]])
    const history = await readHistory(world(files), asked)
    expect(await keepHistory(world(files), history, [])).toEqual([])
    expect([...files.keys()]).toEqual(['records.duckdb'])
  })
})
