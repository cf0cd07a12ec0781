import { chmodSync, cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders, temporaryFolder, type TestRepository } from '../support/git-repository.ts'
import { dist, expectClean, removeTemporaryRoot, runCli, temporaryRoot } from './run-cli.ts'
import { shopRepository } from './shop.ts'

afterAll(removeTemporaryFolders)
afterAll(removeTemporaryRoot)

describe('what leaves no project', () => {
  let repository: TestRepository

  beforeAll(() => {
    repository = shopRepository({
      'crooked/rocky.toml': '[adapter]\ntype = "duckdb\npath = 1\n',
      'empty/readme.md': '',
    })
  })

  /** Flags → what stderr says. All end with status 1, nothing on stdout and nothing written. */
  it.each<readonly [string, readonly string[], readonly (string | RegExp)[]]>([
    ['an unknown base', ['--base', 'nope'], ['"nope" names no commit of this repository.', 'Check the spelling']],
    ['an unknown head', ['--base', 'main', '--head', 'nope'], ['"nope" names no commit']],
    [
      'a base like an option',
      ['--base=--upload-pack=touch x'],
      ['"--upload-pack=touch x" cannot name a commit.', 'Name a branch, a tag or a commit id.'],
    ],
    ['a head like an option', ['--base', 'main', '--head=-x'], ['"-x" cannot name a commit.']],
    [
      'no rocky.toml',
      ['--base', 'main', '--project', 'empty'],
      [/empty\/rocky\.toml {2}There is no such file\./, '--project'],
    ],
    [
      'another --config that is not there',
      ['--base', 'main', '-c', 'other.toml'],
      ['other.toml  There is no such file.'],
    ],
    [
      'TOML that does not parse',
      ['--base', 'main', '--project', 'crooked'],
      [/^crooked\/rocky\.toml:2:\d+ {2}/m, '2 │ type = "duckdb', /│ +\^/],
    ],
    ['no folder', ['--base', 'main', '--project', 'nowhere'], [/nowhere/]],
    ['no threads', ['--threads', '0'], ["'--threads <n>' argument '0' is invalid. Expected a whole number from 1."]],
    ['a duration without a unit', ['--timeout', '5'], ['Expected a duration such as 90s, 15m or 1h.']],
    ['a size that is none', ['--memory-limit', 'x'], ['Expected a size such as 512MB or 2GB.']],
    ['an unknown form', ['-o', 'xml'], ['Allowed choices are json, markdown, text, table.']],
    ['an unknown flag', ['--nonsense'], ["unknown option '--nonsense'"]],
    ['an argument too many', ['main'], ['too many arguments']],
    ['a name with a path in it', ['--name', '../x'], ['Expected letters, digits, dots, dashes and underscores.']],
    ['a variable without a value', ['--env', 'NAME'], ['Expected NAME=value.']],
    ['an unknown gate', ['--fail-on', 'everything'], ['"everything" is none of']],
  ])('ends with status 1 and says what to do: %s', async (_, flags, said) => {
    const folder = temporaryFolder()
    const places = [
      '--json',
      join(folder, 'run.json'),
      '--keep',
      join(folder, 'kept'),
      '--state',
      join(folder, 'state'),
    ]
    const result = await runCli(['run', ...places, ...flags], { cwd: repository.folder })
    expectClean(result)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    for (const text of said) expect(result.stderr).toMatch(text)
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends with status 1 where there is no repository', async () => {
    const result = await runCli(['run'], { cwd: temporaryFolder() })
    expectClean(result)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/is not inside a git repository\.\n {2}Run in a checkout, or name one with --project/)
  })

  it('ends with status 1 for an unknown command, and names the nearest', async () => {
    const result = await runCli(['rum'])
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/unknown command 'rum'\n\(Did you mean run\?\)/)
  })
})

describe('the bundles', () => {
  it('run from a folder that nothing can be written to', async () => {
    const repository = shopRepository()
    const place = temporaryFolder()
    cpSync(dist, join(place, 'dist'), {
      recursive: true,
      dereference: true,
      filter: (from) => !from.includes('unpacked'),
    })
    cpSync(join(dist, '../package.json'), join(place, 'package.json'))
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(place, 'node_modules'))
    for (const folder of ['dist/native', 'dist', '.']) chmodSync(join(place, folder), 0o555)
    for (const folder of [repository.folder, temporaryRoot]) chmodSync(folder, 0o777)
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const result = await runCli(['run', '--base', 'main'], {
      cwd: repository.folder,
      dist: join(place, 'dist'),
      ...nobody,
    })
    for (const folder of ['dist/native', 'dist', '.']) chmodSync(join(place, folder), 0o755)
    expectClean(result)
    expect(result.status).toBe(0)
    expect(readdirSync(join(place, 'dist/native'))).not.toContain('unpacked')
  })
})
