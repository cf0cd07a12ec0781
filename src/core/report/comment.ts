import type { Links } from './links.ts'
import type { RunDocument } from './survey.ts'
import { attention, opening, verdictHeading } from './sections/top.ts'
import { ceiling, fit, type Section } from './fit.ts'
import { costSection, expectedSection } from './sections/cost.ts'
import { document } from './markdown.ts'
import { expectationsSection } from './sections/expectations.ts'
import { footer, leftAside, nothingTouched } from './sections/rest.ts'
import { lineage } from './sections/lineage.ts'
import { modelDetails, worthDetails } from './sections/details.ts'
import { reportedRun, since, type Remembered } from './since.ts'
import { commitLine } from './sections/since.ts'
import { seedSection } from './sections/seed-change.ts'
import { summary } from './sections/summary.ts'
import { survey } from './survey.ts'

export interface CommentOptions {
  /** UTF-16 units that the comment may take: 60,000 for GitHub's comment, more for a job summary. */
  readonly maxUnits?: number
  readonly links?: Links
  /** What the comment said before: what is resolved, new and unchanged since is told. */
  readonly earlier?: Remembered | undefined
  /** Begins the ids of details, where several reports stand on one page that tells the commit for all. */
  readonly anchors?: string
}

/** The comment, from the run document alone, without the marker lines. Never longer than `maxUnits`, whatever the size of the run. */
export function renderComment(
  run: RunDocument,
  { maxUnits = ceiling, links = {}, earlier, anchors }: CommentOptions = {},
): string {
  const view = survey(run, anchors)
  const detailed = new Set<string>()
  const sections: readonly Section[] = [
    { units: 1_000, rank: 0, write: () => [verdictHeading(view)] },
    ...(anchors === undefined
      ? [{ units: 1_000, rank: 2, write: () => [commitLine(run.refs.head, since(reportedRun(run), earlier))] }]
      : []),
    { units: 6_000, rank: 2, write: (room) => opening(view, links, room) },
    ...(run.expectations === undefined
      ? []
      : [{ units: 3_000, rank: 3, write: (room: number) => expectationsSection(run, links, room) }]),
    {
      units: 12_000,
      rank: 5,
      write: (room) => summary(view, { rows: tableRows(view.touched.length, maxUnits), links, detailed }, room),
    },
    { units: 4_000, rank: 3, write: (room) => attention(view, links, room) },
    {
      units: 5_000,
      rank: 6,
      write: (room) =>
        run.plan_only === undefined ? costSection(run.cost, viewsOf(run), room, links) : expectedSection(run.cost),
    },
    // Only where there is one: the others keep their shares.
    ...(run.seed_change === undefined
      ? []
      : [{ units: 3_000, rank: 9, write: (room: number) => seedSection(run, room) }]),
    { units: 7_000, rank: 7, write: (room) => lineage(view, room) },
    {
      units: 19_000,
      rank: 4,
      write: (room) => {
        const { kept, blocks } = modelDetails(view, { links, limit: detailLimit(view.touched.length, maxUnits) }, room)
        // The table, written next, links to what is kept here.
        for (const { anchor } of worthDetails(view).slice(0, kept)) detailed.add(anchor)
        return blocks
      },
    },
    {
      units: 4_000,
      rank: 8,
      write: (room) =>
        view.touched.length === 0 && run.notices.length === 0 && run.failures.length === 0
          ? nothingTouched(view)
          : leftAside(view, links, room),
    },
    { units: 2_000, rank: 1, write: () => [footer(view, links)] },
  ]
  return document(fit(sections, maxUnits))
}

/** Rows of the table: 40, or 20 of more than 40 models, and more where there is more room than in a comment. */
function tableRows(models: number, maxUnits: number): number {
  return (models > 40 ? 20 : 40) * scaleOf(maxUnits)
}

/** Models told in full: all of a small pull request, the worst ten of a large one. */
function detailLimit(models: number, maxUnits: number): number {
  return models > 40 ? 10 * scaleOf(maxUnits) : models
}

/** How many comments have room in this one. */
const scaleOf = (maxUnits: number): number => Math.max(1, Math.floor(maxUnits / ceiling))

function viewsOf({ models }: RunDocument): ReadonlySet<string> {
  return new Set(models.filter(({ materialization }) => materialization === 'view').map(({ model_name }) => model_name))
}
