const durationUnits = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const
const sizeUnits = { TB: 1e12, GB: 1e9, MB: 1e6, KB: 1e3, B: 1 } as const
const binarySizeUnits = { TiB: 2 ** 40, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10 } as const

/** What a duration may look like, for messages and documents. */
export const durationForms = 'a number and one of ms, s, m, h: `90s`, `15m`, `1h`'
/** What a size may look like, for messages and documents. GB is 1000³ bytes and GiB 1024³, as in DuckDB. */
export const sizeForms = 'a number and one of B, KB, MB, GB, TB, KiB, MiB, GiB, TiB: `2GB`, `512MB`'

/** `90s` → 90,000 milliseconds, rounded up to a whole one. Undefined when the text is no duration, or none at all (`0s`). */
export function parseDuration(text: string): number | undefined {
  return parse(text, durationUnits)
}

/** `2GB` → 2,000,000,000 bytes, rounded up to a whole one; letter case does not matter. Undefined when the text is no size, or zero. */
export function parseSize(text: string): number | undefined {
  return parse(text, { ...sizeUnits, ...binarySizeUnits })
}

/** The shortest text within half a per cent, which `parseDuration` reads back: `90s`, `1h`, `14.3s`. */
export function formatDuration(durationMs: number): string {
  return format(durationMs, durationUnits)
}

/** The shortest text within half a per cent, which `parseSize` reads back: `2GB`, `512MB`, `71.3MB`. */
export function formatSize(bytes: number): string {
  return format(bytes, sizeUnits)
}

type Units = Readonly<Record<string, number>>

function parse(text: string, units: Units): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]{1,3})$/i.exec(text.trim()) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const [, factor] = Object.entries(units).find(([name]) => name.toLowerCase() === unit.toLowerCase()) ?? []
  if (factor === undefined) return undefined
  const amount = Math.ceil(Number(digits) * factor)
  return amount > 0 && Number.isSafeInteger(amount) ? amount : undefined
}

/** `units` run from the largest to the one of size 1. */
function format(amount: number, units: Units): string {
  const whole = Math.round(amount)
  const entries = Object.entries(units)
  const fitting = entries.find(([, factor]) => whole >= factor && whole % factor === 0 && whole / factor < 1_000)
  const [name, factor] = fitting ??
    entries.find(([, factor]) => whole >= factor) ??
    entries[entries.length - 1] ?? ['', 1]
  const count = whole / factor
  return `${String(count < 1_000 ? Number(count.toPrecision(3)) : Math.round(count))}${name}`
}
