const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')
/** Days of each month of a mean year. */
const LENGTHS = [31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** How often five fields of cron come true in a mean month. Undefined: they are none. */
export function cronRunsPerMonth(cron: string): number | undefined {
  const fields = (NICKNAMES[cron.trim().toLowerCase()] ?? cron).trim().split(/\s+/)
  const [minutes, hours, days, months, weekdays] = [
    valuesOf(fields[0], 0, 59),
    valuesOf(fields[1], 0, 23),
    valuesOf(fields[2], 1, 31),
    valuesOf(fields[3], 1, 12, MONTHS, 1),
    valuesOf(fields[4], 0, 7, DAYS, 0),
  ]
  if (fields.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return undefined
  // 7 is Sunday, as 0 is.
  const weekShare = new Set([...weekdays].map((day) => day % 7)).size / 7
  const [anyDay, anyWeekday] = [fields[2]?.startsWith('*') === true, fields[4]?.startsWith('*') === true]
  const daysAYear = [...months].reduce((sum, month) => {
    const length = LENGTHS[month - 1] ?? 0
    const named = [...days].reduce((count, day) => count + Math.min(1, Math.max(0, length - day + 1)), 0)
    if (anyDay || anyWeekday) return sum + named * weekShare
    // Where both are named, either will do.
    return sum + named + (length - named) * weekShare
  }, 0)
  return (minutes.size * hours.size * daysAYear) / 12
}

/** A list of numbers, ranges and steps. */
function valuesOf(
  field: string | undefined,
  low: number,
  high: number,
  names: readonly string[] = [],
  first = 0,
): ReadonlySet<number> | undefined {
  const values = new Set<number>()
  for (const part of (field ?? '').toLowerCase().split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? []
    const numbers = range === '*' ? [low, high] : range.split('-').map((end) => numberOf(end, names, first))
    const [from = NaN, to = step === undefined ? from : high] = numbers
    const by = step === undefined ? 1 : Number(step)
    if (!(from >= low && to <= high && from <= to && by > 0) || numbers.length > 2) return undefined
    for (let value = from; value <= to; value += by) values.add(value)
  }
  return values
}

function numberOf(text: string, names: readonly string[], first: number): number {
  const at = names.indexOf(text)
  return at >= 0 ? at + first : /^\d+$/.test(text) ? Number(text) : NaN
}
