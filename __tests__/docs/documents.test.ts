import { describe, expect, it } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { commentInputs } from '../../src/action/comment-entry/inputs.ts'
import { inputTable } from '../../src/action/inputs.ts'
import { outputTable } from '../../src/action/outputs.ts'
import { program, type Commands } from '../../src/cli/program.ts'
import { errorKinds } from '../../src/core/base/errors.ts'
import { anchors, blocks, documents, prose } from './documents.ts'

const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts

describe.each(documents())('%s', (path) => {
  const text = readFileSync(path, 'utf8')

  it('links to files and headings that exist', () => {
    const links = [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
    const broken = links.filter((target) => !/^https?:/.test(target) && !resolves(path, target))
    expect(broken).toEqual([])
  })

  it('names no file of ours that does not exist', () => {
    const named = [...prose(path).matchAll(/`((?:src|scripts|docs|examples|__tests__|schemas|\.ci)\/[\w./-]+)`/g)]
    const missing = named.map(([, file = '']) => file).filter((file) => !existsSync(file))
    expect(missing).toEqual([])
  })

  it('names no path of one machine', () => {
    expect(text.match(/(?:^|[\s`'"(])\/(?:work|tmp|home|root|Users|var)\/\S*/gm) ?? []).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const called = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name)
    expect(called.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('calls commands and flags that the command line has', () => {
    const lines = blocks(path, 'sh').flatMap((block) => block.split('\n'))
    const calls = lines.flatMap(
      (line) => /(?:dist\/cli\.js|^rocky-preview) (?<words>[^|#]+)/.exec(line)?.groups?.['words'] ?? [],
    )
    const unknown = calls.filter((words) => !isCommand(words.trim().split(/\s+/)))
    expect(unknown).toEqual([])
  })

  it('names errors that exist', () => {
    const codes = [
      ...prose(path).matchAll(
        /`((?:git|project|model|engine|warehouse|seed|kernel|native|disk|state|input|event|github)\.[a-z-]+)`/g,
      ),
    ]
    const unknown = codes.map(([, code = '']) => code).filter((code) => !Object.hasOwn(errorKinds, code))
    expect(unknown.filter((code) => !/\.(?:ts|md|duckdb|sql)$/.test(code))).toEqual([])
  })
})

describe('docs/inputs.md', () => {
  const names = [...prose('docs/inputs.md').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name = '']) => name)

  it('has every input and every output, and nothing that is neither', () => {
    const known = new Set([inputTable, outputTable, commentInputs].flatMap((one) => Object.keys(one)))
    const words = new Set(['error', 'breaking', 'budget', 'changes', 'incomplete', 'tests'])
    expect(new Set(names.filter((name) => !words.has(name)))).toEqual(known)
  })
})

describe('README.md', () => {
  const readme = readFileSync('README.md', 'utf8')

  it('shows the workflow of the example', () => {
    const example = readFileSync('examples/workflows/preview.yml', 'utf8')
    const [first] = blocks('README.md', 'yaml')
    expect(first).toBe(example.slice(example.indexOf('name: preview')))
  })

  it('lists every output', () => {
    expect(Object.keys(outputTable).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
  })
})

function resolves(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), decodeURIComponent(file)))
  if (!existsSync(path)) return false
  return anchor === undefined || !path.endsWith('.md') || anchors(path).has(anchor)
}

function isCommand([name = '', ...words]: readonly string[]): boolean {
  const command = program({} as Commands, () => undefined).commands.find((one) => one.name() === name)
  const flags = words.filter((word) => word.startsWith('-'))
  return (
    flags.every((flag) => command?.options.some(({ short, long }) => flag === short || flag === long) === true) &&
    command !== undefined
  )
}
