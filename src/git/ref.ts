import { closest, distance } from 'fastest-levenshtein'
import { by } from '../core/base/compare.ts'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'

/** A step from a commit to another: `^2`, `~3`. `^` is the first parent, `^0` the commit itself. */
type Step =
  { readonly kind: 'parent'; readonly nth: number } | { readonly kind: 'ancestor'; readonly generations: number }

/** A name and the steps after it, known to hold nothing that git could take for an option or for another language. */
export interface RefExpression {
  readonly text: string
  readonly name: string
  readonly steps: readonly Step[]
}

/** What git-check-ref-format(1) refuses, and what begins one of gitrevisions(7)'s forms that name no single commit. */
const hostile = /[\u0000-\u0020\u007f\\?*[:]|\.\.|@\{|\/\/|^[-/]|[/.]$|(?:^|\/)\./
const grammar = /^([^~^]+)((?:~\d{0,6}|\^\d{1,2}|\^\{(?:commit)?\}|\^)*)$/

/** Fails with `git.bad-ref`. Nothing has been executed by then. */
export function parseRef(text: string): RefExpression {
  const [, name, tail] = (text.length > 1_000 || hostile.test(text) ? undefined : grammar.exec(text)) ?? []
  if (name === undefined || tail === undefined) throw badRef(text)
  return { text, name, steps: (tail.match(/~\d*|\^\{\w*\}|\^\d*/g) ?? []).map(stepOf) }
}

function stepOf(text: string): Step {
  const digits = text.slice(1)
  if (text.startsWith('~')) return { kind: 'ancestor', generations: digits === '' ? 1 : Number(digits) }
  if (digits.startsWith('{')) return { kind: 'parent', nth: 0 }
  return { kind: 'parent', nth: digits === '' ? 1 : Number(digits) }
}

function badRef(text: string): PreviewError {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
  return new PreviewError('git.bad-ref', `${shown} cannot name a commit.`)
}

export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** For ids that come in through a cast. Fails with `git.bad-ref`. */
export function checkedId<Id extends string>(id: Id): Id {
  if (!isObjectId(id)) throw badRef(id)
  return id
}

export function asCommitId(text: string): CommitId {
  return checkedId(text) as CommitId
}

/** `refs` are full names; the nearest of them is proposed. */
export function unknownRef({ text, name, steps }: RefExpression, refs: readonly string[]): PreviewError {
  const message = `"${text}" names no commit of this repository.`
  if (isObjectId(name)) {
    const hint =
      'The clone does not hold it: give the step `github-token`, or set `fetch-depth: 0` on actions/checkout.'
    return new PreviewError('git.unknown-ref', message, { hint })
  }
  const known = refs.map((ref) => ref.replace(/^refs\/(?:heads|remotes|tags)\//, ''))
  if (known.includes(name) && steps.length > 0) {
    const hint = `"${name}" is there, but its history does not go that far: set \`fetch-depth: 0\` on actions/checkout.`
    return new PreviewError('git.unknown-ref', message, { hint })
  }
  const near = nearest(name, known)
  return new PreviewError('git.unknown-ref', message, near === undefined ? {} : { hint: `Did you mean "${near}"?` })
}

/** A remote's branch of that very name comes first: on a runner `main` is often there as `origin/main` only. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const sorted = [...known].sort(by((each) => each))
  const remote = sorted.find((each) => each.endsWith(`/${name}`))
  if (remote !== undefined || sorted.length === 0) return remote
  const candidate = closest(name, sorted)
  const edits = distance(name, candidate)
  return edits < name.length && edits <= Math.max(2, Math.floor(name.length / 3)) ? candidate : undefined
}
