import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseRunDocument } from '../../src/action/comment-entry/run-document.ts'
import { runsOf, type ReportDocument } from '../../src/core/contract/projects.ts'
import { readEvent } from '../../src/action/event.ts'
import { toRunOutput } from '../../src/core/contract/run.ts'
import { readDeclarationFile, readDescription } from '../../src/core/expectations/read.ts'
import { loadProject } from '../../src/core/project/load.ts'
import { previewFileEntry, readPreviewFile } from '../../src/core/project/preview-file.ts'
import { renderComment } from '../../src/core/report/comment.ts'
import { renderJobSummary } from '../../src/core/report/job-summary.ts'
import { reportRenderers } from '../../src/core/report/renderers.ts'
import { filesOf, optionsWith } from '../core/project/builder.ts'
import { measured, previewResult } from '../support/preview-result.ts'
import { answerOf, bounds, found, mutatedJson, mutatedText } from './fuzz.ts'

/** Documents that strangers write: files of a project, an event, a report of another run. */

const TOML = {
  'rocky.toml':
    '[adapter]\ntype = "duckdb"\npath = "${DB}"\n\n[pipeline.p]\ntype = "transformation"\nmodels = "models/**"\n\n[mask]\npii = "hash"\n\n[cost]\nmax = 1.5\n',
  'models/a.toml':
    'name = "a"\nintent = "x"\ndepends_on = ["b"]\n\n[strategy]\ntype = "merge"\nunique_key = ["id"]\n\n[target]\ncatalog = "c"\nschema = "s"\n\n[[tests]]\ntype = "accepted_values"\ncolumn = "x"\nvalues = ["a", \'b\']\nfilter = "x > 1"\n\n[[test]]\nname = "t"\n[[test.given]]\nref = "b"\nrows = [{ id = 1, at = 2024-01-01T00:00:00Z }]\n[test.expect]\nrows = [{ id = 1 }]\n',
  'models/_defaults.toml': '[target]\ncatalog = "c"\nschema = "s"\n',
  'models/a.contract.toml':
    '[[columns]]\nname = "id"\ntype = "BIGINT"\nnullable = false\n\n[rules]\nrequired = ["id"]\n',
  'preview.toml':
    '[diff]\nalgorithm = "sampled"\nsample_size = 100\ntime_budget = "90s"\nmax_bytes = "1GB"\ntolerance = "0.1%"\n\n[diff.columns]\n"a.x" = "0.01"\n\n[cost]\nrunner_per_minute = 0.01\n',
} as const
const EXPECTATIONS = [
  'a: rows +10\nb: identical\nothers: identical\n',
  '[a]\nrows = "+10%..+20%"\ncolumns = { x = "changed" }\n\n[others]\nverdict = "identical"\n',
  '```rocky-preview\na: rows 10..20, x changed <= 5%\nothers: identical\n```\n',
]
const PIECES = [
  ...[
    '[',
    '[[',
    ']]',
    ']',
    '"',
    "'",
    '"""',
    "'''",
    '=',
    '.',
    ',',
    '{',
    '}',
    '#',
    '\n',
    '\r',
    '\0',
    '\ufeff',
    '${',
    '${A}',
  ],
  ...[
    '1e400',
    '-nan',
    '9999-99-99',
    '0x',
    '1_',
    'inf',
    'true',
    '__proto__ = 1\n',
    '[__proto__]\n',
    '"a"."b" = 1\n',
    '\\u',
  ],
  ...[
    '[a]'.repeat(50),
    '[['.repeat(200),
    '{a='.repeat(200),
    'a.'.repeat(500),
    '9'.repeat(400),
    '%',
    '..',
    '<=',
    ': ',
    '- ',
  ],
]

type TomlCase = readonly [name: keyof typeof TOML, text: string]

function loadWith([name, text]: TomlCase): void {
  const files = filesOf({ ...TOML, 'models/a.sql': 'SELECT * FROM b', 'models/b.sql': 'SELECT 1 AS id', [name]: text })
  const options = optionsWith({ env: { DB: 'shop.duckdb' } })
  answerOf(() => loadProject(files, options))
  const entry = previewFileEntry(files.entries, { project: '' })
  if (entry !== undefined) answerOf(() => readPreviewFile(files, entry, options))
}

describe('TOML', () => {
  it('that was found once', () => {
    for (const one of found('toml')) loadWith(one as TomlCase)
  })

  it('of a project gives the project, or a PreviewError', () => {
    const names = Object.keys(TOML) as (keyof typeof TOML)[]
    const one = fc
      .constantFrom(...names)
      .chain((name) => fc.tuple(fc.constant(name), mutatedText([TOML[name], ...Object.values(TOML)], PIECES)))
    fc.assert(fc.property(one, loadWith), bounds(1_500))
  })

  it('and words of expectations give declarations, or a PreviewError', () => {
    fc.assert(
      fc.property(mutatedText(EXPECTATIONS, PIECES), (text) => {
        answerOf(() => readDescription(text))
        answerOf(() => readDeclarationFile(text, { kind: 'file', path: 'preview.expectations.toml', standing: false }))
      }),
      bounds(1_500),
    )
  })
})

describe('a report of another run', () => {
  const good = toRunOutput(
    previewResult([{ name: 'orders', comparison: measured() }, { name: 'people' }]),
    reportRenderers(),
  )
  const relayed = (text: string): void => {
    const document = answerOf<ReportDocument>(() => parseRunDocument(text))
    for (const run of document === undefined ? [] : runsOf(document)) {
      expect(renderComment(run, { maxUnits: 60_000 }).length).toBeLessThanOrEqual(60_000)
      renderJobSummary(run, {})
    }
  }

  it('that was found once', () => {
    for (const one of found('report')) relayed(JSON.stringify(one))
  })

  it('is refused, or rendered within its bound', () => {
    const json = mutatedJson([good]).map((value) => JSON.stringify(value))
    const text = mutatedText([JSON.stringify(good)], PIECES)
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: json }, { weight: 1, arbitrary: text }), relayed),
      bounds(800),
    )
  })
})

describe('an event', () => {
  const commit = { sha: 'a'.repeat(40), ref: 'feature', repo: { id: 1 } }
  const repository = { id: 1, private: true, default_branch: 'main', full_name: 'octo/shop' }
  const pull_request = { number: 7, head: commit, base: { ...commit, ref: 'main' }, body: '```rocky-preview\n```' }
  const run = { id: 1, event: 'pull_request', head_sha: 'a'.repeat(40), head_repository: { id: 1 }, pull_requests: [] }
  const payloads = [
    { action: 'opened', number: 7, repository, pull_request },
    { action: 'submitted', repository, pull_request },
    { before: 'b'.repeat(40), after: 'a'.repeat(40), ref: 'refs/heads/main', repository },
    { repository, merge_group: { base_sha: 'b'.repeat(40), head_sha: 'a'.repeat(40), base_ref: 'refs/heads/main' } },
    { action: 'completed', repository, workflow_run: run },
  ]
  const names = ['pull_request', 'pull_request_review', 'push', 'merge_group', 'workflow_run', 'schedule', 'toString']
  const environment = {
    GITHUB_REPOSITORY: 'octo/shop',
    GITHUB_SERVER_URL: 'https://git.example',
    GITHUB_SHA: 'a'.repeat(40),
  }
  const asked = { prNumber: undefined, base: undefined, head: undefined, allowUnsafeForkSql: false }
  const read = (name: string, payload: unknown): void => {
    const work = answerOf(() => readEvent(name, payload, environment, asked))
    if (work !== undefined) expect(work).toHaveProperty('kind')
  }

  it('that was found once', () => {
    for (const one of found('events')) read(...(one as [string, unknown]))
  })

  it('is work, or a PreviewError', () => {
    fc.assert(fc.property(fc.constantFrom(...names), mutatedJson(payloads), read), bounds(3_000))
  })
})
