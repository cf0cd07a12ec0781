import { describe, expect, it } from '@jest/globals'
import { load, SIDECAR, type FileTexts } from './builder.ts'

const TARGET = 'target = { catalog = "poc", schema = "main" }\n'

const KINDS: Readonly<Record<string, readonly string[]>> = {
  text: ['1', 'true', '["x"]', '{ x = 1 }', '2024-01-01', 'nan'],
  'filled text': ['""', '1', 'false', '[]'],
  'list of texts': ['"x"', '1', '[1]', '[""]', '{ x = 1 }', '[["x"]]'],
  'filled list of texts': ['[]', '"x"', '[true]'],
  table: ['"x"', '1', '[1]'],
  'list of tables': ['"x"', '{ x = 1 }', '[1]', '["x"]'],
  amount: ['"1"', '-1', 'true', 'nan', '[1]'],
  'whole amount': ['1.5', '"1"', '-1'],
  choice: ['"often"', '1', '["warn"]'],
}

/** Each key of a sidecar that a preview reads, with what may stand there, and the lines around it. */
const SIDECAR_KEYS: readonly (readonly [key: string, kind: string, line: (value: string) => string])[] = [
  ['name', 'text', (value) => `name = ${value}\n${TARGET}`],
  ['name', 'filled text', (value) => `name = ${value}\n${TARGET}`],
  ['depends_on', 'list of texts', (value) => `depends_on = ${value}\n${TARGET}`],
  ['adapter', 'filled text', (value) => `adapter = ${value}\n${TARGET}`],
  ['group', 'filled text', (value) => `group = ${value}\n${TARGET}`],
  ['args', 'table', (value) => `args = ${value}\n${TARGET}`],
  ['args.region', 'text', (value) => `args = { region = ${value} }\n${TARGET}`],
  ['target', 'table', (value) => `target = ${value}\n`],
  ['target.catalog', 'text', (value) => `target = { catalog = ${value}, schema = "main" }\n`],
  ['target.schema', 'text', (value) => `target = { catalog = "poc", schema = ${value} }\n`],
  ['target.table', 'filled text', (value) => `target = { catalog = "poc", schema = "main", table = ${value} }\n`],
  ['strategy', 'table', (value) => `strategy = ${value}\n${TARGET}`],
  ['strategy.type', 'choice', (value) => `strategy = { type = ${value} }\n${TARGET}`],
  [
    'strategy.unique_key',
    'filled list of texts',
    (value) => `strategy = { type = "merge", unique_key = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.update_columns',
    'list of texts',
    (value) => `strategy = { type = "merge", unique_key = ["a"], update_columns = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.partition_by',
    'filled list of texts',
    (value) => `strategy = { type = "delete_insert", partition_by = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.timestamp_column',
    'filled text',
    (value) => `strategy = { type = "incremental", timestamp_column = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.time_column',
    'filled text',
    (value) => `strategy = { type = "time_interval", granularity = "day", time_column = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.granularity',
    'choice',
    (value) => `strategy = { type = "time_interval", time_column = "t", granularity = ${value} }\n${TARGET}`,
  ],
  [
    'strategy.lookback',
    'whole amount',
    (value) =>
      `strategy = { type = "time_interval", time_column = "t", granularity = "day", lookback = ${value} }\n${TARGET}`,
  ],
  ['tests', 'list of tables', (value) => `tests = ${value}\n${TARGET}`],
  ['use_test', 'list of tables', (value) => `use_test = ${value}\n${TARGET}`],
  ['surrogate_key', 'list of tables', (value) => `surrogate_key = ${value}\n${TARGET}`],
  [
    'surrogate_key[0].name',
    'filled text',
    (value) => `surrogate_key = [{ name = ${value}, columns = ["a"] }]\n${TARGET}`,
  ],
  [
    'surrogate_key[0].columns',
    'filled list of texts',
    (value) => `surrogate_key = [{ name = "k", columns = ${value} }]\n${TARGET}`,
  ],
  ['budget', 'table', (value) => `budget = ${value}\n${TARGET}`],
  ['budget.max_usd', 'amount', (value) => `budget = { max_usd = ${value} }\n${TARGET}`],
  ['budget.max_duration_ms', 'whole amount', (value) => `budget = { max_duration_ms = ${value} }\n${TARGET}`],
  ['budget.max_bytes_scanned', 'whole amount', (value) => `budget = { max_bytes_scanned = ${value} }\n${TARGET}`],
  ['budget.on_breach', 'choice', (value) => `budget = { on_breach = ${value} }\n${TARGET}`],
]

const cases = SIDECAR_KEYS.flatMap(([key, kind, line]) =>
  (KINDS[kind] ?? []).map((value) => [key, value, line(value)] as const),
)

describe('a sidecar', () => {
  it.each(cases)('is refused for %s = %s, and takes down its own model only', (key, _, toml) => {
    const { models, broken } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': toml,
      'models/b.sql': 'select 2',
      'models/b.toml': SIDECAR,
    })
    expect(models.map(({ path }) => path)).toEqual(['models/b.sql'])
    expect(broken.map(({ path, error }) => [path, error.code, error.location?.path])).toEqual([
      ['models/a.sql', 'project.invalid', 'models/a.toml'],
    ])
    expect(broken[0]?.error.location?.line).toBeGreaterThan(0)
    expect(broken[0]?.error.message).toContain(key.split('[')[0])
  })

  it.each([
    'name = "x"',
    'strategy = {',
    '[target',
    'a = [1, 2',
    '"',
    '= 1',
    `x = ${'['.repeat(100_000)}`,
    'a = "\\q"',
    'a = 1\na = 2',
  ])('that is no TOML or no target (%#) is an error of its model', (toml) => {
    const { broken } = load({ 'models/a.sql': 'select 1', 'models/a.toml': toml })
    expect(broken.map(({ name, error }) => [name, error.location?.path])).toEqual([
      [toml.startsWith('name') ? 'x' : 'a', 'models/a.toml'],
    ])
  })

  it('may have a million lines', () => {
    const { models, broken } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': `${'# nothing\n'.repeat(1_000_000)}${SIDECAR}`,
    })
    expect([models.length, broken.length]).toEqual([1, 0])
  })
})

describe('a model’s file', () => {
  it.each<[of: string, texts: FileTexts, message: RegExp]>([
    ['ten megabytes of SQL', { 'models/a.sql': `select ${'1 + '.repeat(2_500_000)}1` }, /larger than 256 KiB/],
    ['ten megabytes of comment', { 'models/a.sql': `/*${' '.repeat(10_000_000)}*/ select 1` }, /larger than 256 KiB/],
    ['a NUL byte in its front matter', { 'models/a.sql': '---toml\nname = "\0"\n---\nselect 1' }, /NUL byte/],
    ['a NUL byte in its sidecar', { 'models/a.sql': 'select 1', 'models/a.toml': `name = "\0"\n${SIDECAR}` }, /./],
    ['only blanks', { 'models/a.sql': ' \n\t ' }, /no query/],
  ])('of %s is an error of that model alone', (_, texts, message) => {
    const { models, broken } = load({ 'models/b.sql': 'select 2', 'models/_defaults.toml': SIDECAR, ...texts })
    expect(models.map(({ name }) => name)).toEqual(['b'])
    expect(broken.map(({ error }) => error.message).join()).toMatch(message)
  })

  it.each(['a b', "it's", 'say "x"', 'größe', '表', '🦆', 'a.b', 'a;b', '--', '__proto__', 'constructor'])(
    'may be named %s',
    (name) => {
      const texts = {
        [`models/${name}.sql`]: 'select 1',
        [`models/${name}.toml`]: SIDECAR,
        [`models/${name} 2.rocky`]: 'from x',
      }
      const { models, broken } = load(texts)
      expect(broken).toEqual([])
      expect(models.map((model) => model.name).sort()).toEqual([name, `${name} 2`].sort())
    },
  )
})
