import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/core/base/quantities.ts'

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    [' 20 s ', 20_000],
    ['15M', 900_000],
  ])('reads %j as %d milliseconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
  })

  it.each([
    '',
    '90',
    's',
    '0s',
    '-5s',
    '1d',
    '1h30m',
    '1e3s',
    '5 minutes',
    '9999999999999999s',
    '999999999999999h',
    'toString',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

describe('parseSize', () => {
  it.each([
    ['2GB', 2_000_000_000],
    ['512MB', 512_000_000],
    ['2gib', 2_147_483_648],
    ['1.5 TB', 1_500_000_000_000],
    ['4096B', 4_096],
  ])('reads %j as %d bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected)
  })

  it.each(['', '2', 'GB', '0GB', '2G', '80%', '2PB'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })
})

describe('formatDuration and formatSize', () => {
  it.each([
    [90_000, '90s'],
    [900_000, '15m'],
    [3_600_000, '1h'],
    [14_327, '14.3s'],
    [340, '340ms'],
    [0, '0ms'],
  ])('writes %d milliseconds as %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected)
  })

  it.each([
    [2_000_000_000, '2GB'],
    [512_000_000, '512MB'],
    [71_298_413, '71.3MB'],
    [12, '12B'],
  ])('writes %d bytes as %s', (bytes, expected) => {
    expect(formatSize(bytes)).toBe(expected)
  })

  it('reads back within half a per cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 }), (amount) => {
        expect(Math.abs((parseDuration(formatDuration(amount)) ?? 0) / amount - 1)).toBeLessThanOrEqual(0.005)
        expect(Math.abs((parseSize(formatSize(amount)) ?? 0) / amount - 1)).toBeLessThanOrEqual(0.005)
      }),
    )
  })
})
