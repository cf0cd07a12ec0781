import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parseRunDocument, readRunDocument } from '../../../src/action/comment-entry/run-document.ts'
import { toRunOutput, type RunOutput } from '../../../src/core/contract/run.ts'
import { renderComment } from '../../../src/core/report/comment.ts'
import { reportRenderers } from '../../../src/core/report/renderers.ts'
import { removeTemporaryFolders, temporaryFolder } from '../../support/git-repository.ts'
import { measured, previewResult } from '../../support/preview-result.ts'
import { errorOf } from '../error-of.ts'

afterEach(removeTemporaryFolders)

const document = toRunOutput(previewResult([{ name: 'orders', comparison: measured() }]), reportRenderers())
const text = JSON.stringify(document)
const refused = { code: 'report.invalid' }

describe('parseRunDocument', () => {
  it('takes what a preview writes', () => {
    expect(parseRunDocument(text)).toEqual(document)
  })

  it.each<[string, string]>([
    ['what is no JSON', '{"version":'],
    ['JSON of another form', '{"version":"1"}'],
    ['a field more', JSON.stringify({ ...document, script: 'x' })],
    ['a prototype', text.replace('{', '{"__proto__":{"admin":true},')],
    ['a number for a text', JSON.stringify({ ...document, headline: 7 })],
    ['half a million brackets', '['.repeat(500_000)],
    ['brackets behind a text with quotes', `["\\"",${'['.repeat(40)}`],
    ['half a million values', `[${'0,'.repeat(500_000)}0]`],
    [
      'more models than anybody has',
      JSON.stringify({ ...document, models: Array<unknown>(5_001).fill(document.models[0]) }),
    ],
  ])('refuses %s, and quotes nothing of it', (_what, hostile) => {
    const error = errorOf(() => parseRunDocument(hostile))
    expect(error).toMatchObject(refused)
    expect(error.message).not.toMatch(/script|admin|proto/)
  })

  // By their own words: what is not of our form is refused anyway, after it took the memory.
  it.each<[string, string, string]>([
    ['depth', `${'['.repeat(33)}${']'.repeat(33)}`, 'It is nested too deeply.'],
    ['values', `[${'0,'.repeat(200_001)}0]`, 'It holds too many values.'],
    [
      'models',
      JSON.stringify({ ...document, models: Array<unknown>(5_001).fill(document.models[0]) }),
      'more than 5000',
    ],
  ])('bounds the %s before anything is made of it', (_what, hostile, words) => {
    expect(errorOf(() => parseRunDocument(hostile)).message).toContain(words)
  })

  it('counts no brackets and no commas within texts', () => {
    const headline = `${'[{'.repeat(50)} ${','.repeat(300_000)} \\" [`
    expect(parseRunDocument(JSON.stringify({ ...document, headline }))).toMatchObject({ headline })
  })

  it('gives the renderer nothing that it cannot render in time', () => {
    const [model] = document.models
    const many = Array.from({ length: 900 }, (_, n) => ({
      ...model,
      model_name: `m${String(n)}`,
      inputs: Array.from({ length: 40 }, (__, k) => `m${String((n * 7 + k) % 900)}`),
    }))
    const hostile = { ...document, models: many } as RunOutput
    expect(renderComment(parseRunDocument(JSON.stringify(hostile)) as RunOutput).length).toBeLessThanOrEqual(60_000)
  })
})

describe('readRunDocument', () => {
  function folder(): string {
    const made = realpathSync(temporaryFolder())
    mkdirSync(join(made, 'report'))
    return made
  }

  it('reads a file in the workspace', async () => {
    const root = folder()
    writeFileSync(join(root, 'report/run.json'), text)
    expect(await readRunDocument(join(root, 'report/run.json'), [root])).toEqual(document)
  })

  it('finds nothing where nothing is', async () => {
    const root = folder()
    expect(await readRunDocument(join(root, 'report/run.json'), [root])).toBeUndefined()
  })

  it.each<[string, (root: string) => void, words?: string]>([
    [
      'a link to a file beside it',
      (root) => {
        writeFileSync(join(root, 'real.json'), text)
        symlinkSync(join(root, 'real.json'), join(root, 'report/run.json'))
      },
    ],
    [
      'a link out of the workspace',
      (root) => {
        const outside = join(folder(), 'run.json')
        writeFileSync(outside, text)
        symlinkSync(outside, join(root, 'report/run.json'))
      },
    ],
    [
      'a file behind a folder that is a link out of the workspace',
      (root) => {
        const outside = folder()
        writeFileSync(join(outside, 'report/run.json'), text)
        rmSync(join(root, 'report'), { recursive: true })
        symlinkSync(join(outside, 'report'), join(root, 'report'))
      },
      'It lies outside the workspace.',
    ],
    [
      'a folder',
      (root) => {
        mkdirSync(join(root, 'report/run.json'))
      },
    ],
    [
      'a file that is too long',
      (root) => {
        writeFileSync(join(root, 'report/run.json'), text + ' '.repeat(1_048_576))
      },
      'more than 1 MiB',
    ],
  ])('refuses %s', async (_what, arrange, words = '') => {
    const root = folder()
    arrange(root)
    const error = await readRunDocument(join(root, 'report/run.json'), [root]).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ ...refused, message: expect.stringContaining(words) })
  })
})
