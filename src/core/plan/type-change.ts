/**
 * Whether every value of a column fits its new type (`wider`), some may not (`narrower`), or the kind of value is
 * another (`other`). Types are DuckDB's spelling. Its VARCHAR has no enforced length, so text is never narrowed.
 */
export function compareTypes(base: string, head: string): 'wider' | 'narrower' | 'other' {
  const was = base.trim().toUpperCase()
  const is = head.trim().toUpperCase()
  if (isText(was)) return isText(is) ? 'wider' : 'narrower'
  const [wasNumber, isNumber] = [numberType(was), numberType(is)]
  if (wasNumber !== undefined && isNumber !== undefined) return holds(isNumber, wasNumber) ? 'wider' : 'narrower'
  return 'other'
}

/** Digits before and after the point that always fit, and whether a sign does. A float has digits that no decimal holds. */
interface NumberType {
  readonly signed: boolean
  readonly integerDigits: number
  readonly fraction: number
  readonly floatBits: number
}

const integerBits: Readonly<Record<string, number>> = {
  TINYINT: 7,
  SMALLINT: 15,
  INTEGER: 31,
  BIGINT: 63,
  HUGEINT: 127,
  UTINYINT: 8,
  USMALLINT: 16,
  UINTEGER: 32,
  UBIGINT: 64,
  UHUGEINT: 128,
}

const floatBits: Readonly<Record<string, number>> = { FLOAT: 24, DOUBLE: 53 }

const log10of2 = Math.log10(2)

function numberType(type: string): NumberType | undefined {
  const bits = integerBits[type]
  if (bits !== undefined)
    return { signed: !type.startsWith('U'), integerDigits: bits * log10of2, fraction: 0, floatBits: 0 }
  const float = floatBits[type]
  if (float !== undefined) return { signed: true, integerDigits: float * log10of2, fraction: 0, floatBits: float }
  const [, precision, scale] = /^DECIMAL\((\d+), ?(\d+)\)$/.exec(type) ?? []
  if (precision === undefined || scale === undefined) return undefined
  return { signed: true, integerDigits: Number(precision) - Number(scale), fraction: Number(scale), floatBits: 0 }
}

/** Whether every value of `inner` is a value of `outer`, exactly. */
function holds(outer: NumberType, inner: NumberType): boolean {
  if (inner.floatBits > 0) return outer.floatBits >= inner.floatBits
  if (inner.signed && !outer.signed) return false
  if (outer.floatBits > 0) return inner.fraction === 0 && inner.integerDigits <= outer.integerDigits
  return outer.integerDigits >= inner.integerDigits && outer.fraction >= inner.fraction
}

function isText(type: string): boolean {
  return type === 'VARCHAR' || type.startsWith('VARCHAR(')
}
