import type { Markdown } from './markdown.ts'
import type { ProjectsOutput } from '../contract/projects.ts'
import type { RunDocument } from './survey.ts'
import { bullets, document, heading, paragraph } from './markdown.ts'
import { ceiling, sizeOf } from './fit.ts'
import { count, counted } from './figures.ts'
import { elsewhere, placeOf, type Links, type Place } from './links.ts'
import { byWeight, marks, survey, type Mark } from './survey.ts'
import { name, phrase, said, words, type Phrase } from './phrase.ts'
import { renderComment, type CommentOptions } from './comment.ts'
import { since, type Reported } from './since.ts'
import { commitLine } from './sections/since.ts'

/** One project of a repository that holds several, and what became of it. */
export interface ProjectPart {
  /** Its folder. */
  readonly project: string
  readonly outcome:
    | { readonly kind: 'ran'; readonly run: RunDocument }
    | ({ readonly kind: 'failed'; readonly message: string; readonly hint: string } & Place)
}

/** One comment for several projects: the worst verdict over all, a line for each, then a section for each that has something to tell. */
export function renderProjects(
  parts: readonly ProjectPart[],
  { head, maxUnits = ceiling, links = {}, earlier }: ProjectsOptions,
): string {
  const ranked = parts.map((part) => ({ part, mark: markOf(part) })).sort(byWeight)
  const quiet = ranked.filter(({ mark }) => mark === 'untouched').length
  const title = phrase`${counted(parts.length, 'project')}: ${count(parts.length - quiet)} affected, ${count(quiet)} not`
  const blocks: Markdown[] = [
    heading(phrase`${words(marks[ranked[0]?.mark ?? 'untouched'])} ${title}`),
    commitLine(head, since(reportedProjects(parts, head), earlier)),
    bullets(ranked.slice(0, LINES).map(({ part, mark }) => phrase`${words(marks[mark])} ${lineOf(part, links)}`)),
    ...(ranked.length > LINES ? [paragraph(phrase`and ${count(ranked.length - LINES)} more projects`)] : []),
  ]
  const sections = ranked.flatMap(({ part, mark }) =>
    part.outcome.kind === 'ran' && mark !== 'untouched' ? [{ project: part.project, run: part.outcome.run }] : [],
  )
  let room = maxUnits - sizeOf(blocks) - LAST_UNITS
  let left = 0
  for (const [index, { project, run }] of sections.entries()) {
    const title = heading(phrase`${words('Project')} ${project}`)
    const share = Math.floor(room / (sections.length - index)) - sizeOf([title])
    if (share < LEAST_UNITS) {
      left += 1
      continue
    }
    const anchors = `p${String(index + 1)}`
    const text = renderComment(run, { maxUnits: share, links, anchors }).replace(/^## /, '### ') as Markdown
    blocks.push(title, text)
    room -= sizeOf([title, text])
  }
  const last = left === 0 ? [] : [paragraph(phrase`${counted(left, 'more section')}: see ${elsewhere(links)}.`)]
  return document([...blocks, ...last])
}

export interface ProjectsOptions extends Pick<CommentOptions, 'maxUnits' | 'links' | 'earlier'> {
  /** The commit that all of them were previewed at. */
  readonly head: string
}

/** The document as the report's parts. */
export function partsOf({ projects }: ProjectsOutput): readonly ProjectPart[] {
  return projects.map((one) =>
    'run' in one
      ? { project: one.project, outcome: { kind: 'ran', run: one.run } }
      : { project: one.project, outcome: { kind: 'failed', ...one.failure } },
  )
}

/** All of them as one report, for what is remembered of it. */
export function reportedProjects(parts: readonly ProjectPart[], head: string): Reported {
  const runs = parts.flatMap(({ project, outcome }) => (outcome.kind === 'ran' ? [{ project, run: outcome.run }] : []))
  return { head, runs, isPartial: runs.length < parts.length }
}

const LINES = 40
/** Less is no report. */
const LEAST_UNITS = 2_500
const LAST_UNITS = 300

function markOf({ outcome }: ProjectPart): Mark {
  return outcome.kind === 'failed' ? 'broken' : survey(outcome.run).worst
}

function lineOf({ project, outcome }: ProjectPart, links: Links): Phrase {
  const title = name(project)
  if (outcome.kind === 'ran') return phrase`${title} — ${said(outcome.run.headline)}`
  const place = placeOf(outcome, links)
  const where = place.length === 0 ? [] : phrase` (${place})`
  return phrase`${title} could not be previewed: ${said(outcome.message)}${where} → ${said(outcome.hint)}`
}
