import { KINDS, type Counted, type Guess } from './where.ts'

/** Fewer rows of a kind, or of the others, always have something in common. */
const FEWEST = 10n
/** Rows of the kind beside one other row, at most. */
const MOST = 9n
/** Of the rows of the kind, so many meet the condition. */
const RECALL = 0.95
/** Of the other rows, no more than that do. */
const OTHERS = 0.1
/** Of the rows that meet it, so many are of the kind. */
const PRECISION = 0.25

/**
 * The conditions that are strong enough to be said, best first within each kind. Ten rows that fell by chance where a
 * tenth of all rows is: once in ten billion.
 */
export function strongest(
  counted: readonly Counted[],
  most: number,
  leniency: 'exact' | 'estimate',
): readonly Counted[] {
  return KINDS.flatMap((kind) =>
    counted
      .filter((each) => each.kind === kind && isStrong(each, leniency === 'exact' ? 1 : 0.9))
      .sort((a, b) => gain(b) - gain(a) || rank(a) - rank(b))
      .slice(0, most),
  )
}

/** Whether anything could be said of so many rows of a kind among all: few have something in common by chance, nearly everything lives everywhere. */
export function canLive(rows: bigint, all: bigint): boolean {
  const others = all - rows
  return rows >= FEWEST && others >= FEWEST && others * MOST >= rows
}

function isStrong({ rows, rowsMeeting, meeting, all }: Counted, leniency: number): boolean {
  const others = all - rows
  if (leniency === 1 && !canLive(rows, all)) return false
  if (rows === 0n || others <= 0n || others * MOST < rows) return false
  return (
    share(rowsMeeting, rows) >= RECALL * leniency &&
    share(meeting - rowsMeeting, others) <= OTHERS / leniency &&
    share(rowsMeeting, meeting) >= PRECISION * leniency
  )
}

/** How much likelier a row of the kind meets the condition than another. */
function gain({ rows, rowsMeeting, meeting, all }: Counted): number {
  return share(rowsMeeting, rows) - share(meeting - rowsMeeting, all - rows)
}

const order = { value: 0, null: 1, 'not-null': 2, 'other-than': 3, range: 4 } as const

/** Of equals the plainest is said. */
function rank({ condition, column }: Guess): number {
  const half = condition.kind === 'range' && condition.open === undefined ? 0.5 : 0
  return (order[condition.kind] + half) * 10_000 + column
}

const share = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number(part) / Number(whole))
