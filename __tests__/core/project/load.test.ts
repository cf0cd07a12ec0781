import { describe, expect, it } from '@jest/globals'
import type { Model, Strategy } from '../../../src/core/project/model.ts'
import { loadProject } from '../../../src/core/project/load.ts'
import { emptyParseCache, isParsed } from '../../../src/core/project/parsed.ts'
import { filesOf, load, optionsWith, ROCKY, SIDECAR, type FileTexts } from './builder.ts'

describe('loadProject', () => {
  it('resolves a model from its files', () => {
    const sidecar = `name = "orders"\nintent = "All orders"\ndepends_on = ["b", "a", "b"]\n${SIDECAR}[budget]\nmax_usd = 1\n[[surrogate_key]]\nname = "k"\ncolumns = ["id"]\n[[tests]]\ntype = "in_range"\ncolumn = "id"\nmin = "1"\n[freshness]\nexpected_lag_seconds = 60\n[columns.id]\ndescription = "key"\n`
    expect(load({ 'models/o.sql': '\nselect 1;\n', 'models/o.toml': sidecar }).models).toEqual([
      {
        name: 'orders',
        path: 'models/o.sql',
        sidecarPath: 'models/o.toml',
        sql: 'select 1',
        sqlLineOffset: 1,
        target: { catalog: 'poc', schema: 'main', table: 'orders' },
        strategy: { kind: 'full_refresh' },
        dependsOn: ['a', 'b'],
        surrogateKeys: [{ name: 'k', columns: ['id'] }],
        tests: [{ type: 'in_range', column: 'id', definition: { min: '1' } }],
        budget: { maxUsd: 1 },
        metadata: {
          columns: { id: { description: 'key' } },
          freshness: { expected_lag_seconds: 60 },
          intent: 'All orders',
        },
      },
    ])
  })

  it.each<[string, FileTexts, Partial<Model>]>([
    [
      'front matter',
      { 'models/a.sql': `---toml\nname = "b"\n${SIDECAR}---\nselect 1` },
      { name: 'b', sql: 'select 1', sqlLineOffset: 6 },
    ],
    [
      'the folder’s defaults alone',
      { 'models/a.sql': 'select 1', 'models/_defaults.toml': `intent = "x"\n${SIDECAR}[strategy]\ntype = "view"\n` },
      { target: { catalog: 'poc', schema: 'main', table: 'a' }, strategy: { kind: 'view' }, metadata: { intent: 'x' } },
    ],
    [
      'a sidecar before defaults, its strategy as a whole',
      {
        'models/a.sql': 'select 1',
        'models/a.toml':
          'intent = "mine"\n[target]\nschema = "s"\n[strategy]\ntype = "incremental"\ntimestamp_column = "t"\n',
        'models/_defaults.toml': `intent = "x"\n${SIDECAR}[strategy]\ntype = "merge"\nunique_key = ["id"]\n`,
      },
      {
        target: { catalog: 'poc', schema: 's', table: 'a' },
        strategy: { kind: 'incremental', timestampColumn: 't' },
        metadata: { intent: 'mine' },
      },
    ],
    [
      'an empty catalog',
      { 'models/a.sql': 'select 1', 'models/a.toml': '[target]\ncatalog = ""\nschema = "s"\n' },
      { target: { catalog: '', schema: 's', table: 'a' } },
    ],
    [
      'variables',
      { 'models/a.sql': 'select 1', 'models/a.toml': '[target]\ncatalog = "${CAT:-dev}"\nschema = "s"\ntable = "t"\n' },
      { target: { catalog: 'dev', schema: 's', table: 't' } },
    ],
    [
      'a variable that nothing needs',
      { 'models/a.sql': 'select 1', 'models/a.toml': `intent = "\${WHY}"\n${SIDECAR}` },
      { metadata: { intent: '${WHY}' } },
    ],
    [
      'a byte order mark',
      { 'models/a.sql': '\ufeffselect 1', 'models/a.toml': `\ufeff${SIDECAR}` },
      { sql: 'select 1' },
    ],
    [
      'depends_on below [strategy]',
      { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[strategy]\ntype = "view"\ndepends_on = ["b"]\n` },
      { dependsOn: ['b'], strategy: { kind: 'view' } },
    ],
    [
      'a pipeline with a sidecar',
      { 'models/a.rocky': 'from b\nselect { id }', 'models/a.toml': `${SIDECAR}[strategy]\ntype = "view"\n` },
      {
        name: 'a',
        path: 'models/a.rocky',
        sidecarPath: 'models/a.toml',
        sql: 'SELECT id\nFROM b',
        source: {
          text: 'from b\nselect { id }',
          spans: [
            [0, 0],
            [6, 16],
            [9, 0],
            [15, 5],
          ],
        },
        strategy: { kind: 'view' },
      },
    ],
    [
      'a pipeline below front matter',
      { 'models/a.rocky': `---toml\nname = "b"\n${SIDECAR}---\nfrom c` },
      { name: 'b', sql: 'SELECT *\nFROM c', target: { catalog: 'poc', schema: 'main', table: 'b' } },
    ],
    [
      'a pipeline without settings, where Rocky puts it',
      { 'models/a.rocky': 'from b' },
      {
        name: 'a',
        target: { catalog: 'warehouse', schema: 'default', table: 'a' },
        strategy: { kind: 'full_refresh' },
      },
    ],
    [
      'a pipeline of a group',
      {
        'models/a.rocky': 'from b',
        'models/a.toml': 'group = "marts"\n[target]\ncatalog = "w"\n[args]\nregion = "us"\n',
        'models/groups/marts.toml': 'schema_template = "mart_{region}"\n',
      },
      { target: { catalog: 'w', schema: 'mart_us', table: 'a' } },
    ],
    [
      'text features left alone',
      { 'models/a.sql': 'select @var, @start_date', 'models/a.toml': SIDECAR },
      { sql: 'select @var, @start_date' },
    ],
    [
      'dates and large numbers as text',
      { 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[tags]\nsince = 2024-01-01\nid = 9007199254740993\n` },
      { metadata: { tags: { id: '9007199254740993', since: '2024-01-01' } } },
    ],
  ])('takes %s', (_, texts, expected) => {
    expect(load(texts).broken).toEqual([])
    expect(load(texts).models).toMatchObject([expected])
  })

  it.each<[string, Strategy]>([
    ['type = "full_refresh"', { kind: 'full_refresh' }],
    ['type = "incremental"\ntimestamp_column = "t"', { kind: 'incremental', timestampColumn: 't' }],
    ['type = "merge"\nunique_key = ["b", "a"]', { kind: 'merge', uniqueKey: ['b', 'a'] }],
    [
      'type = "merge"\nunique_key = ["a"]\nupdate_columns = ["c"]',
      { kind: 'merge', uniqueKey: ['a'], updateColumns: ['c'] },
    ],
    ['type = "delete_insert"\npartition_by = ["d"]', { kind: 'delete_insert', partitionBy: ['d'] }],
    [
      'type = "microbatch"\ntimestamp_column = "t"\ngranularity = "day"',
      { kind: 'microbatch', timestampColumn: 't', granularity: 'day' },
    ],
    [
      'type = "time_interval"\ntime_column = "t"\ngranularity = "day"',
      { kind: 'time_interval', timeColumn: 't', granularity: 'day' },
    ],
    [
      'type = "time_interval"\ntime_column = "t"\ngranularity = "day"\nlookback = 2\nbatch_size = 3\nfirst_partition = "2024-01-01"',
      {
        kind: 'time_interval',
        timeColumn: 't',
        granularity: 'day',
        lookback: 2,
        batchSize: 3,
        firstPartition: '2024-01-01',
      },
    ],
    ['type = "view"', { kind: 'view' }],
    ['type = "ephemeral"', { kind: 'ephemeral' }],
    ['type = "materialized_view"', { kind: 'materialized_view' }],
    ['type = "dynamic_table"\ntarget_lag = "1 minute"', { kind: 'dynamic_table' }],
    ['type = "content_addressed"\nstorage_prefix = "s3://x"', { kind: 'content_addressed' }],
  ])('reads the strategy %j', (lines, strategy) => {
    const project = load({ 'models/a.sql': 'select 1', 'models/a.toml': `${SIDECAR}[strategy]\n${lines}\n` })
    expect(project.models.map((model) => model.strategy)).toEqual([strategy])
    expect(project.notices).toEqual([])
  })

  it('gives a group’s members what they do not say themselves', () => {
    const [a, b] = load({
      'models/a.sql': 'select 1',
      'models/a.toml': 'group = "marts"\n[target]\ncatalog = "w"\n[args]\nregion = "us"\n[tags]\ntier = "silver"\n',
      'models/b.sql': 'select 1',
      'models/b.toml': 'group = "marts"\n[target]\ncatalog = "w"\nschema = "own"\n[strategy]\ntype = "full_refresh"\n',
      'models/_defaults.toml': '[target]\nschema = "default"\n[strategy]\ntype = "ephemeral"\n',
      'models/groups/marts.toml':
        'schema_template = "mart_{region}"\n[strategy]\ntype = "view"\n[tags]\ntier = "gold"\ndomain = "sales"\n[governance.tags]\np = "q"\n',
    }).models
    expect(a).toMatchObject({
      target: { catalog: 'w', schema: 'mart_us', table: 'a' },
      strategy: { kind: 'view' },
      metadata: { tags: { domain: 'sales', tier: 'silver' }, governance: { tags: { p: 'q' } } },
    })
    expect(b).toMatchObject({ target: { schema: 'own' }, strategy: { kind: 'full_refresh' } })
  })

  it('resolves named tests, with what the model overrides', () => {
    const { models } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': `${SIDECAR}[[tests]]\ntype = "not_null"\ncolumn = "id"\n[[use_test]]\nname = "known"\n[[use_test]]\nname = "known"\ncolumn = "other"\nseverity = "warning"\nfilter = "x > 1"\n`,
      'models/test_definitions.toml': '[known]\ntype = "accepted_values"\nvalues = ["a"]\ncolumn = "status"\n',
    })
    expect(models[0]?.tests).toEqual([
      { type: 'not_null', column: 'id', definition: {} },
      { type: 'accepted_values', column: 'status', definition: { values: ['a'] } },
      { type: 'accepted_values', column: 'other', definition: { filter: 'x > 1', severity: 'warning', values: ['a'] } },
    ])
  })

  it('applies what folders share to their own models only', () => {
    const { models, broken } = load({
      'models/_defaults.toml': SIDECAR,
      'models/a.sql': 'select 1',
      'models/sub/b.sql': 'select 1',
    })
    expect([models.map(({ name }) => name), broken.map(({ name }) => name)]).toEqual([['a'], ['b']])
  })

  it('takes no contract for a model', () => {
    const { models, broken } = load({
      'models/a.sql': 'select 1',
      'models/a.toml': SIDECAR,
      'models/a.contract.toml': '[[[',
    })
    expect([models.length, broken.length]).toEqual([1, 0])
  })

  it('loads a project below the root', () => {
    const { models } = load(
      { 'x/rocky.toml': ROCKY, 'x/models/a.sql': 'select 1', 'x/models/a.toml': SIDECAR },
      { project: 'x' },
    )
    expect(models.map(({ path }) => path)).toEqual(['x/models/a.sql'])
  })

  it('compiles a pipeline once for both sides', () => {
    const parsed = emptyParseCache()
    const files = filesOf({ 'rocky.toml': ROCKY, 'models/a.rocky': `---toml\n${SIDECAR}---\nfrom b` })
    const base = loadProject(files, optionsWith({ parsed }))
    expect(files.entries.map((entry) => isParsed(parsed, entry))).toEqual([true, true])
    const unread = { entries: files.entries, text: () => 'read again' }
    expect(loadProject(unread, optionsWith({ parsed }))).toEqual(base)
  })

  it('parses a blob once for both sides', () => {
    const parsed = emptyParseCache()
    const files = filesOf({
      'rocky.toml': ROCKY,
      'models/a.sql': 'select 1',
      'models/a.toml': `intnt = "x"\n${SIDECAR}`,
    })
    const base = loadProject(files, optionsWith({ parsed }))
    expect(files.entries.map((entry) => isParsed(parsed, entry))).toEqual([true, true, true])
    const unread = { entries: files.entries, text: () => 'read again' }
    expect(loadProject(unread, optionsWith({ parsed }))).toEqual(base)
  })
})
