import { grouped } from '../base/grouped.ts'
import type { Count } from '../contract/shared.ts'
import { words, type Phrase } from './phrase.ts'

/** `10002400` → `10,002,400`. Every figure of a report is written here, the same on every machine. */
export function count(value: Count): Phrase {
  return words(grouped(value))
}

/** `1 row`, `2 rows`. */
export function counted(value: Count, one: string, many = `${one}s`): Phrase {
  return words(`${grouped(value)} ${BigInt(value) === 1n ? one : many}`)
}

/** Of a whole, in per cent with two digits; never 0 % or 100 % of what is neither. Nothing for a share of nothing. */
export function share(part: Count, whole: Count): Phrase {
  const [p, w] = [BigInt(part), BigInt(whole)]
  if (w === 0n) return []
  if (p === 0n) return words('0 %')
  if (p === w) return words('100 %')
  const hundredths = (p * 10_000n + w / 2n) / w
  if (hundredths === 0n) return words('< 0.01 %')
  if (p < w && hundredths >= 10_000n) return words('> 99.99 %')
  return words(`${trimmed(Number(hundredths) / 100, 2)} %`)
}

/** `0.4 s`, `14 s`, `3 min 20 s`, `820 ms`. */
export function duration(ms: number): Phrase {
  return words(durationText(ms))
}

/** Times of one run are noisy: less than this, or than a tenth, is no finding. */
const NOISE_MS = 50

/** `+1.3 s`, `−0.2 s`; `≈ same` for what noise explains. */
export function durationDelta(base: number, head: number): Phrase {
  return words(isNoise(base, head) ? '≈ same' : signed(head - base, durationText))
}

/** Whether two times of one run are as good as equal. */
export function isNoise(base: number, head: number): boolean {
  return Math.abs(head - base) < Math.max(NOISE_MS, base / 10)
}

export function bytes(value: number): Phrase {
  return words(bytesText(value))
}

export function usd(value: number): Phrase {
  return words(`${value < 0 ? '−' : ''}${usdText(Math.abs(value))}`)
}

/** Less than this is nobody's concern. */
const SMALLEST_USD = 0.0001

export function usdDelta(value: number): Phrase {
  if (value !== 0 && Math.abs(value) < SMALLEST_USD) return words('≈ same')
  return words(signed(value, usdText))
}

function signed(value: number, text: (value: number) => string): string {
  if (value === 0) return '±0'
  return `${value > 0 ? '+' : '−'}${text(Math.abs(value))}`
}

function durationText(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`
  const seconds = ms / 1_000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${String(whole)} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${String(minutes)} min${whole % 60 === 0 ? '' : ` ${String(whole % 60)} s`}`
  return `${String(Math.floor(minutes / 60))} h${minutes % 60 === 0 ? '' : ` ${String(minutes % 60)} min`}`
}

function bytesText(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const
  const step = Math.min(units.length - 1, Math.max(0, Math.floor((String(Math.floor(value)).length - 1) / 3)))
  const amount = value / 1_000 ** step
  return `${trimmed(amount, amount < 10 && step > 0 ? 1 : 0)} ${units[step] ?? ''}`
}

/** Cents as a rule; more digits for less than ten cents, so that a price is never shown as nothing. */
function usdText(value: number): string {
  if (value === 0) return '$0'
  if (value < 0.0001) return '< $0.0001'
  const [whole = '', fraction = ''] = value.toFixed(value < 0.1 ? 4 : 2).split('.')
  return `$${grouped(whole)}.${fraction}`
}

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)))
