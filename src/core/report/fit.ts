import type { Markdown } from './markdown.ts'

/** A part of the comment. Its share of the room is what it may take; what it leaves goes to the next in `rank`. */
export interface Section {
  /** Units of a comment of 60,000; scaled to the room that there is. */
  readonly units: number
  /** Who chooses first. What a reader cannot do without comes before what is nice to have. */
  readonly rank: number
  /** Whole blocks that take no more than `room`; none when nothing fits. */
  readonly write: (room: number) => readonly Markdown[]
}

/** GitHub refuses a comment of more than 65,536 characters; the rest is for markers, state and other ways of counting. */
export const ceiling = 60_000

/** The blocks of all sections, in the order of the list, in no more than `room` UTF-16 units. */
export function fit(sections: readonly Section[], room: number): readonly Markdown[] {
  const total = sections.reduce((sum, { units }) => sum + units, 0)
  const written = new Map<Section, readonly Markdown[]>()
  let spare = 0
  for (const section of [...sections].sort((a, b) => a.rank - b.rank)) {
    const allowed = Math.floor((section.units * room) / total) + spare
    const blocks = section.write(allowed)
    const kept = sizeOf(blocks) <= allowed ? blocks : []
    written.set(section, kept)
    spare = allowed - sizeOf(kept)
  }
  return sections.flatMap((section) => written.get(section) ?? [])
}

/** The first variant that fits, from the fullest on. The last one is taken as it is. */
export function firstThatFits(variants: readonly (() => readonly Markdown[])[], room: number): readonly Markdown[] {
  for (const variant of variants) {
    const blocks = variant()
    if (sizeOf(blocks) <= room) return blocks
  }
  return []
}

/** As many blocks as fit, in order, then `rest` for those that do not. */
export function pack(
  blocks: readonly Markdown[],
  room: number,
  rest: (left: number) => Markdown,
): { readonly kept: number; readonly blocks: readonly Markdown[] } {
  if (sizeOf(blocks) <= room) return { kept: blocks.length, blocks }
  const last = rest(blocks.length)
  let used = sizeOf([last])
  let kept = 0
  for (const block of blocks) {
    used += sizeOf([block])
    if (used > room) break
    kept += 1
  }
  const packed = [...blocks.slice(0, kept), rest(blocks.length - kept)]
  return sizeOf(packed) <= room ? { kept, blocks: packed } : { kept: 0, blocks: [] }
}

/** As many items as a block of them may hold: the largest number whose block fits, found by halving. */
export function most(items: number, room: number, write: (shown: number) => readonly Markdown[]): readonly Markdown[] {
  const whole = write(items)
  if (sizeOf(whole) <= room) return whole
  let [fits, tooMany] = [0, items]
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2)
    if (sizeOf(write(middle)) <= room) fits = middle
    else tooMany = middle
  }
  const blocks = write(fits)
  return sizeOf(blocks) <= room ? blocks : []
}

/** Units that blocks take, with the empty line after each. */
export function sizeOf(blocks: readonly Markdown[]): number {
  return blocks.reduce((sum, block) => sum + block.length + 2, 0)
}
