import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { projectFiles } from '../../../src/core/project/files.ts'
import { loadProject } from '../../../src/core/project/load.ts'
import { complaints, filesOf, optionsWith, ROCKY, type FileTexts } from './builder.ts'

const PATHS = [
  'rocky.toml',
  'models/a.sql',
  'models/a.toml',
  'models/b.sql',
  'models/b.toml',
  'models/_defaults.toml',
  'models/groups/g.toml',
  'models/test_definitions.toml',
  'models/x/a.sql',
  'models/x/a.toml',
  'models/c.rocky',
  'models/a.contract.toml',
  'contracts/b.contract.toml',
]

const PIECES = [
  ...[
    '[adapter]',
    '[pipeline]',
    '[target]',
    '[strategy]',
    '[[tests]]',
    '[[use_test]]',
    '[args]',
    '[tags]',
    '[cost]',
    '[t]',
    '[[test]]',
    '[[test.given]]',
    '[test.expect]',
    '[[columns]]',
    '[rules]',
    '[mask]',
    '[mask.prod]',
    '[classification]',
  ],
  ...[
    'type = "merge"',
    'type = "duckdb"',
    'type = "view"',
    'unique_key = ["a"]',
    'name = "a"',
    'name = 1',
    'catalog = "c"',
  ],
  ...[
    'schema = "${S}"',
    'schema = "s"',
    'group = "g"',
    'group = "h"',
    'schema_template = "x_{r}"',
    'enforce = true',
    'r = "1"',
  ],
  ...[
    'rows = [{ a = 1 }]',
    'rows = [1]',
    'ref = "a"',
    'required = ["a"]',
    'nullable = 1',
    'pii = "hash"',
    'pii = "x"',
    'models = "**"',
    '__proto__ = 1',
    'constructor = "x"',
    'since = 2024-01-01',
    'n = nan',
    'depends_on = ["a"]',
    'x = ${Y}',
  ],
  ...['---toml', '---', 'from b', 'where a == 1', 'select { a }', 'select 1;', "'", '/*', ';', '{', '\0', '\r'],
]

const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((lines) => lines.join('\n')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const bytes = fc.uint8Array({ maxLength: 20 })
const project: fc.Arbitrary<FileTexts> = fc
  .dictionary(fc.constantFrom(...PATHS), fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: bytes }))
  .chain((texts) => fc.constantFrom(texts, { ...texts, 'rocky.toml': ROCKY }))

describe('loadProject, whatever the files hold', () => {
  it('fails with nothing but a PreviewError about rocky.toml', () => {
    fc.assert(
      fc.property(project, (texts) => {
        const error = outcomeOf(() => loadProject(filesOf(texts), optionsWith()))
        if (error instanceof PreviewError) expect(error.location?.path).toBe('rocky.toml')
      }),
      { numRuns: 600 },
    )
  })

  it('gives the same project for the same files in any order, with a fresh or a used cache', () => {
    fc.assert(
      fc.property(project, (texts) => {
        const files = filesOf(texts)
        const blobs = new Map(files.entries.map(({ path, id }) => [id, bytesOf(texts[path])]))
        const reversed = projectFiles([...files.entries].reverse(), blobs)
        const options = optionsWith()
        const first = told(() => loadProject(files, options))
        expect(told(() => loadProject(files, options))).toEqual(first)
        expect(told(() => loadProject(reversed, optionsWith()))).toEqual(first)
      }),
      { numRuns: 200 },
    )
  })
})

function outcomeOf<T>(run: () => T): T | PreviewError {
  try {
    return run()
  } catch (error) {
    if (error instanceof PreviewError) return error
    throw error
  }
}

/** Everything there is to compare, errors as their text. */
function told(run: () => ReturnType<typeof loadProject>): unknown {
  const project = outcomeOf(run)
  if (project instanceof PreviewError) return project.message
  return { config: project.config, models: project.models, complaints: complaints(project) }
}

function bytesOf(contents: string | Uint8Array | undefined): Uint8Array {
  return typeof contents === 'object' ? contents : new TextEncoder().encode(contents)
}
