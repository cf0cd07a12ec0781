import { describe, expect, it } from '@jest/globals'
import { columnMasks, maskValue } from '../../../src/core/project/masking.ts'
import type { MaskPolicy, MaskStrategy } from '../../../src/core/project/model.ts'
import { PreviewError } from '../../../src/core/base/errors.ts'
import { aModel } from '../../support/model.ts'
import { load, ROCKY } from './builder.ts'

const policy = (byTag: Readonly<Record<string, MaskStrategy>>, allowUnmasked: readonly string[] = []): MaskPolicy => ({
  byTag,
  allowUnmasked,
})
const tagged = (classification: Readonly<Record<string, string>>) => aModel({ name: 'm', metadata: { classification } })

describe('[mask]', () => {
  const maskOf = (toml: string) => load({ 'rocky.toml': `${ROCKY}${toml}` }).config.mask

  it.each<[string, string, MaskPolicy | undefined]>([
    ['nothing', '', undefined],
    ['tags', '[mask]\npii = "hash"\nname = "partial"\n', policy({ pii: 'hash', name: 'partial' })],
    [
      'the strictest of its environments',
      '[mask]\npii = "hash"\n[mask.dev]\npii = "none"\n[mask.prod]\npii = "redact"\n',
      policy({ pii: 'redact' }),
    ],
    ['an environment alone', '[mask.prod]\nsalary = "partial"\n', policy({ salary: 'partial' })],
    ['tags that may go unmasked', '[classifications]\nallow_unmasked = ["public"]\n', policy({}, ['public'])],
  ])('is read: %s', (_, toml, expected) => {
    expect(maskOf(toml)).toEqual(expected)
  })

  it.each([
    ['[mask]\npii = "scramble"\n', 'mask.pii'],
    ['[mask.prod]\npii = 1\n', 'mask.prod.pii'],
    ['[classifications]\nallow_unmasked = "x"\n', 'classifications.allow_unmasked'],
  ])('fails at %j', (toml, key) => {
    let failure: unknown
    try {
      maskOf(toml)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(PreviewError)
    expect((failure as PreviewError).message).toContain(`\`${key}\``)
  })
})

describe('columnMasks', () => {
  it.each<[string, Parameters<typeof columnMasks>, MaskStrategy]>([
    ['a column without a tag is shown', [[tagged({ other: 'pii' })], [policy({ pii: 'hash' })]], 'none'],
    ['a tag has its strategy', [[tagged({ EMAIL: 'pii' })], [policy({ pii: 'hash' })]], 'hash'],
    ['a tag without a strategy is redacted', [[tagged({ email: 'pii' })], [undefined]], 'redact'],
    [
      'unless it may go unmasked on both sides',
      [[tagged({ email: 'x' })], [policy({}, ['x']), policy({}, ['x'])]],
      'none',
    ],
    ['and not on one', [[tagged({ email: 'x' })], [policy({}), policy({}, ['x'])]], 'redact'],
    [
      'a side loosens nothing by another strategy',
      [[tagged({ email: 'pii' })], [policy({ pii: 'redact' }), policy({ pii: 'none' })]],
      'redact',
    ],
    ['nor by no tag', [[tagged({ email: 'pii' }), tagged({})], [policy({ pii: 'hash' })]], 'hash'],
    [
      'nor by another tag',
      [[tagged({ email: 'pii' }), tagged({ email: 'ok' })], [policy({ pii: 'hash', ok: 'none' })]],
      'hash',
    ],
    [
      'a tag that is new on one side follows it',
      [[tagged({ email: 'pii' })], [policy({}), policy({ pii: 'partial' })]],
      'partial',
    ],
    ['names of every object are no tags', [[tagged({ email: 'constructor' })], [policy({})]], 'redact'],
    ['a model of one side alone', [[undefined, tagged({ email: 'pii' })], [policy({ pii: 'hash' })]], 'hash'],
  ])('%s', (_, parts, strategy) => {
    expect(columnMasks(...parts)('email')).toBe(strategy)
  })

  it('tells the strictest of all where no column is named', () => {
    expect(columnMasks([tagged({ a: 'x', b: 'y' })], [policy({ x: 'partial', y: 'hash' })])(undefined)).toBe('hash')
    expect(columnMasks([tagged({})], [])(undefined)).toBe('none')
  })
})

describe('maskValue', () => {
  const digest = (text: string) => `#${String(text.length)}`
  it.each<[MaskStrategy, string | null, string | null]>([
    ['none', 'abc', 'abc'],
    ['none', null, null],
    ['redact', 'abc', '***'],
    ['redact', null, '***'],
    ['hash', 'abc', '#3'],
    ['hash', null, null],
    ['partial', 'abcdef', 'ab***ef'],
    ['partial', 'abcd', '***'],
    ['partial', '😀😀😀😀😀', '😀😀***😀😀'],
    ['partial', '', '***'],
    ['partial', null, null],
  ])('shows %s of %j as %j', (strategy, value, shown) => {
    expect(maskValue(strategy, value, digest)).toBe(shown)
  })
})
