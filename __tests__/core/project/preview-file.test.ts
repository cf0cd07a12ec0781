import { describe, expect, it } from '@jest/globals'
import { previewFileEntry, readPreviewFile, type PreviewFile } from '../../../src/core/project/preview-file.ts'
import { filesOf, optionsWith } from './builder.ts'

function read(text: string): PreviewFile {
  const files = filesOf({ 'preview.toml': text })
  const [entry] = [previewFileEntry(files.entries, optionsWith())]
  if (entry === undefined) throw new Error('there is a preview.toml')
  return readPreviewFile(files, entry, optionsWith())
}

describe('[diff] of preview.toml', () => {
  it('says how models are compared', () => {
    const { diff, notices } = read(`
[diff]
algorithm = "sampled"
sample_size = 5000
time_budget = "90s"
model_time_budget = "10s"
max_bytes = "2GB"
model_max_bytes = "512MB"
facts = "never"

[diff.tolerance]
float = "0.1%"
integer = 2

[diff.columns]
Price = 0.01
"fct_orders.Net" = "1%"
`)
    expect(notices).toEqual([])
    expect(diff).toEqual({
      algorithm: 'sampled',
      sampleSize: 5000,
      timeBudgetMs: 90_000,
      modelTimeBudgetMs: 10_000,
      maxBytes: 2_000_000_000,
      modelMaxBytes: 512_000_000,
      facts: 'never',
      tolerances: {
        types: { float: { relative: '0.001' }, integer: { absolute: '2' } },
        // Names of columns have no case.
        columns: { price: { absolute: '0.01' }, 'fct_orders.net': { relative: '0.01' } },
      },
    })
  })

  it('leaves open what it does not say', () => {
    expect(read('').diff).toEqual({ tolerances: { types: {}, columns: {} } })
  })

  it.each([
    ['facts = "yes"', 'preview.toml:2'],
    ['algorithm = "quick"', 'preview.toml:2'],
    ['sample_size = 0', 'preview.toml:2'],
    ['time_budget = 90', '`diff.time_budget` is not a duration'],
    ['max_bytes = "lots"', '`diff.max_bytes` is not a size'],
    ['[diff.tolerance]\nprice = 1', '`diff.tolerance.price` is none of float, decimal, integer.'],
    ['[diff.columns]\nprice = "much"', '`diff.columns.price` is neither a number nor a percentage'],
  ])('refuses %j at its line', (line, words) => {
    const failure = (() => {
      try {
        return read(`[diff]\n${line}\n`)
      } catch (error) {
        return error
      }
    })()
    expect(failure).toMatchObject({ code: 'project.invalid', location: { path: 'preview.toml' } })
    const { message, location } = failure as { message: string; location: { path: string; line: number } }
    expect(`${location.path}:${String(location.line)} ${message}`).toContain(words)
  })

  it('names a key that means nothing', () => {
    expect(read('[diff]\nalgoritm = "sampled"\n').notices).toMatchObject([
      { location: { path: 'preview.toml', line: 2 } },
    ])
  })
})
