import type { Bound } from './declaration.ts'
import type { Range } from './facts.ts'

/** Whether a count that is known as far as `range` keeps within the bound; undefined where what is known does not decide it. Per cent are of `base`. */
export function keeps(bound: Bound, range: Range, base: bigint | undefined): boolean | undefined {
  const whole = bound.unit === 'count' ? 1n : (base ?? (range.most === 0n ? 1n : undefined))
  if (whole === undefined) return undefined
  const least = compare(bound, range.least, whole)
  const most = range.most === undefined ? Infinity : compare(bound, range.most, whole)
  switch (bound.operator) {
    case '<=':
      return decided(most <= 0, least > 0)
    case '<':
      return decided(most < 0, least >= 0)
    case '>=':
      return decided(least >= 0, most < 0)
    case '>':
      return decided(least > 0, most <= 0)
    case '=':
      return decided(least === 0 && most === 0, least > 0 || most < 0)
  }
}

function decided(holds: boolean, fails: boolean): boolean | undefined {
  return holds ? true : fails ? false : undefined
}

/** The sign of count − bound, exactly. */
function compare({ digits, scale, unit }: Bound, count: bigint, whole: bigint): number {
  const shift = 10n ** BigInt(scale)
  const [left, right] = unit === 'count' ? [count * shift, digits] : [count * shift * 100n, digits * whole]
  return left < right ? -1 : left > right ? 1 : 0
}
