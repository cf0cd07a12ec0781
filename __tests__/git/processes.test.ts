import { afterAll, describe, expect, it } from '@jest/globals'
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { BlobId, CommitId } from '../../src/core/ports/git.ts'
import { openBatch } from '../../src/git/binary/batch.ts'
import { createRepository, removeTemporaryFolders, temporaryFolder } from '../support/git-repository.ts'
import { closeAll, open } from './readers.ts'

afterAll(closeAll)
afterAll(removeTemporaryFolders)

const count = 10_000

/** As many distinct files of a few hundred bytes as `count`, in one pack. */
function large() {
  const repository = createRepository('--bare')
  const files = Array.from({ length: count }, (_, index) => {
    const body = `select ${String(index)} as id\n${'-- a line of a model\n'.repeat(index % 30)}`
    return `M 644 inline models/${String(index % 100)}/m${String(index)}.sql\ndata ${String(Buffer.byteLength(body))}\n${body}\n`
  })
  const commit = 'commit refs/heads/main\ncommitter Ada <ada@example.com> 1700000000 +0000\ndata 1\nx\n'
  repository.raw(['fast-import', '--quiet'], `${commit}${files.join('')}done\n`)
  return { repository, commit: repository.git('rev-parse', 'main') as CommitId }
}

function processesIn(folder: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'stat=,args=']).toString().split('\n')
  return lines.filter((line) => line.includes(folder) && !line.startsWith('Z'))
}

describe('the binary reader', () => {
  it('reads ten thousand files through one process, and leaves none behind', async () => {
    const { repository: made, commit } = large()
    const { repository } = await open(made.folder, 'binary')
    const entries = await repository.list(commit, '')
    const ids = entries.map(({ id }) => id)
    const start = process.hrtime.bigint()
    const contents = await repository.read(ids)
    const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6
    expect(contents.size).toBe(count)
    expect(elapsedMs).toBeLessThan(2_000)
    expect(processesIn(made.folder)).toHaveLength(1)
    await repository.close()
    expect(processesIn(made.folder)).toHaveLength(0)
  })

  it('starts its process again after it was closed or killed', async () => {
    const made = createRepository()
    const id = made.blob('text')
    const { repository } = await open(made.folder, 'binary')
    expect(await repository.read([id])).toHaveProperty('size', 1)
    await repository.close()
    await repository.close()
    expect(await repository.read([id])).toHaveProperty('size', 1)
    const [pid = ''] = execFileSync('ps', ['-eo', 'pid=,args='])
      .toString()
      .split('\n')
      .filter((line) => line.includes(made.folder))
      .map((line) => line.trim().split(' ')[0] ?? '')
    process.kill(Number(pid), 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await repository.read([id])).toHaveProperty('size', 1)
  })

  it('reads a large file beside many small ones', async () => {
    const made = createRepository()
    const large = Buffer.alloc(20_000_000, 'abcdefghij\n')
    const ids = [made.blob('a'), made.blob(large), made.blob('b'), made.blob('')] as const
    const { repository } = await open(made.folder, 'binary')
    const contents = await repository.read(ids as readonly BlobId[])
    expect(ids.map((id) => contents.get(id)?.length)).toEqual([1, large.length, 1, 0])
    expect(large.equals(contents.get(ids[1]) ?? Buffer.of())).toBe(true)
  })

  it('does not keep Node alive when nobody closes it', () => {
    const made = createRepository()
    const id = made.blob('text')
    const folder = temporaryFolder()
    const source = readFileSync('src/git/binary/batch.ts', 'utf8')
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 },
    })
    writeFileSync(join(folder, 'batch.mjs'), outputText)
    const script = `
      import { spawn } from 'node:child_process'
      import { openBatch } from './batch.mjs'
      const batch = openBatch(() => spawn('git', ['--git-dir=${made.folder}/.git', 'cat-file', '--batch']))
      const objects = await batch.read(['${id}', '${'1'.repeat(40)}'])
      console.log(objects.size)`
    const run = { cwd: folder, timeout: 10_000 }
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], run).toString()).toBe('1\n')
    expect(processesIn(made.folder)).toEqual([])
  })

  it('fails, and does not wait for ever, when git cannot be started', async () => {
    const batch = openBatch(() => spawn(`${temporaryFolder()}/no-git`))
    await expect(batch.read(['1'.repeat(40)])).rejects.toThrow('ENOENT')
    await batch.close()
  })
})
