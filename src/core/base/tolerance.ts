/** How far two numbers may lie apart and still count as equal: by this much, or by this share of the greater one. Decimal digits, as written. */
export interface Tolerance {
  readonly absolute?: string
  readonly relative?: string
}

/** Tolerances by column (lower case), by type family, and for everything else that is a number. A column's own comes first. */
export interface Tolerances {
  readonly columns: Readonly<Record<string, Tolerance>>
  readonly types: { readonly float?: Tolerance; readonly decimal?: Tolerance; readonly integer?: Tolerance }
}

export const NO_TOLERANCE: Tolerances = { columns: {}, types: {} }

/**
 * `0.01` for every float, `0.1%` of the greater value, `float=1e-9,decimal=0.01,price=1%`; two of one name add up to
 * "either". Undefined when it is none of these.
 */
export function parseTolerances(text: string): Tolerances | undefined {
  const types: Record<string, Tolerance> = {}
  const columns: Record<string, Tolerance> = {}
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=')
    const name = at < 0 ? 'float' : part.slice(0, at).trim()
    const tolerance = parseTolerance(part.slice(at + 1))
    if (tolerance === undefined || name === '') return undefined
    const into = FAMILIES.has(name.toLowerCase()) ? types : columns
    into[name.toLowerCase()] = { ...into[name.toLowerCase()], ...tolerance }
  }
  return { types, columns }
}

/** `0.01` absolute, `0.1%` relative. */
export function parseTolerance(text: string): Tolerance | undefined {
  const [, digits, percent] = /^\s*(\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,2})?)\s*(%?)\s*$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  return percent === '%' ? { relative: String(Number(digits) / 100) } : { absolute: digits }
}

const FAMILIES: ReadonlySet<string> = new Set(['float', 'decimal', 'integer'])
