import type { CommitId } from '../../core/ports/git.ts'
import type { Commit, Commits } from './commits.ts'

/** Which sides reach a commit; `stale`: it lies behind a common commit, and so does everything that it reaches. */
const sideA = 1
const sideB = 2
const stale = 4
const common = sideA | sideB

/**
 * git's walk: newest commits first, painting parents with what reaches them, until only stale ones are left. A common
 * commit that never went stale is a best one; of several the newest is taken. undefined when there is none, and when
 * the clone ends at a commit that the answer does not reach: a better one may lie behind it.
 */
export async function findMergeBase(commits: Commits, a: CommitId, b: CommitId): Promise<CommitId | undefined> {
  const ends = await Promise.all([commits.read(a), commits.read(b)])
  if (ends[0] === undefined || ends[1] === undefined) return undefined
  const { paint, candidates, cut } = await walk(commits, ends[0], ends[1])
  const best = await withoutAncestors(
    commits,
    candidates.filter(({ id }) => ((paint.get(id) ?? 0) & stale) === 0),
  )
  const newest = best.sort((one, other) => other.committedAt - one.committedAt)[0]?.id
  if (newest === a || newest === b) return newest
  return cut.some((id) => (paint.get(id) ?? 0) < common) ? undefined : newest
}

async function walk(commits: Commits, a: Commit, b: Commit) {
  const paint = new Map<CommitId, number>()
  const candidates: Commit[] = []
  const cut: CommitId[] = []
  /** Oldest first, so that the newest is taken from the end. */
  const queue: Commit[] = []

  function visit(commit: Commit, colour: number): void {
    const before = paint.get(commit.id) ?? 0
    if ((before & colour) === colour) return
    paint.set(commit.id, before | colour)
    queue.splice(place(queue, commit.committedAt), 0, commit)
  }

  visit(a, sideA)
  visit(b, sideB)
  while (queue.some(({ id }) => ((paint.get(id) ?? 0) & stale) === 0)) {
    const commit = queue.pop()
    if (commit === undefined) break
    const colour = paint.get(commit.id) ?? 0
    if (colour === common && !candidates.includes(commit)) candidates.push(commit)
    if (commit.cut) cut.push(commit.id)
    for (const id of commit.parents) {
      const parent = await commits.read(id)
      if (parent === undefined) cut.push(commit.id)
      if (parent !== undefined) visit(parent, colour === common ? colour | stale : colour)
    }
  }
  return { paint, candidates, cut }
}

/** Where a commit of that time belongs in a list that begins with the oldest. */
function place(queue: readonly Commit[], committedAt: number): number {
  let low = 0
  let high = queue.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((queue[middle]?.committedAt ?? 0) < committedAt) low = middle + 1
    else high = middle
  }
  return low
}

/** Clocks lie, so that an older common commit can be met first. Criss-cross merges are rare enough to walk it all. */
async function withoutAncestors(commits: Commits, candidates: readonly Commit[]): Promise<Commit[]> {
  if (candidates.length < 2) return [...candidates]
  const reached = new Set<CommitId>()
  const left = candidates.flatMap(({ parents }) => parents)
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    left.push(...((await commits.read(id))?.parents ?? []))
  }
  return candidates.filter(({ id }) => !reached.has(id))
}
