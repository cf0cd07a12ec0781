/** Indices of two equal lines. */
type Pair = readonly [a: number, b: number]

/** Edits beyond which the middles of two texts count as wholly different: the work grows with their square. */
const MOST_EDITS = 500

/** Pairs of equal lines, both in order, as many as there can be; of the middle none beyond `MOST_EDITS` edits. */
export function commonLines(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start += 1
  let end = 0
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const middle = longestCommon(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return [
    ...Array.from({ length: start }, (_, line): Pair => [line, line]),
    ...middle.map(([x, y]): Pair => [x + start, y + start]),
    ...Array.from({ length: end }, (_, line): Pair => [a.length - end + line, b.length - end + line]),
  ]
}

/** Myers 1986: the furthest line that each diagonal reaches with `d` edits, for every `d` until both texts end. */
function longestCommon(a: readonly string[], b: readonly string[]): readonly Pair[] {
  const most = Math.min(a.length + b.length, MOST_EDITS)
  const reach = new Int32Array(2 * most + 3)
  const at = (k: number): number => reach[k + most + 1] ?? 0
  const trace: Int32Array[] = []
  for (let d = 0; d <= most; d += 1) {
    trace.push(reach.slice())
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(at, k, d) ? at(k + 1) : at(k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      reach[k + most + 1] = x
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length, most)
    }
  }
  return []
}

function goesDown(at: (k: number) => number, k: number, d: number): boolean {
  return k === -d || (k !== d && at(k - 1) < at(k + 1))
}

function walkBack(trace: readonly Int32Array[], lengthA: number, lengthB: number, most: number): readonly Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [lengthA, lengthB]
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const at = (k: number): number => trace[d]?.[k + most + 1] ?? 0
    const k = x - y
    const from = goesDown(at, k, d) ? k + 1 : k - 1
    const [fromX, fromY] = d === 0 ? [0, 0] : [at(from), at(from) - from]
    while (x > fromX && y > fromY) {
      ;[x, y] = [x - 1, y - 1]
      pairs.push([x, y])
    }
    ;[x, y] = [fromX, fromY]
  }
  return pairs.reverse()
}
