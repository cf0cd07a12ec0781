import type { RunOutput } from '../../core/contract/run.ts'
import { renderComment } from '../../core/report/comment.ts'
import { renderJobSummary } from '../../core/report/job-summary.ts'
import { sayWhatBecameOfIt, writeComment, type Target } from '../comment.ts'
import { linksOf } from '../links.ts'
import { runOutputs, SMALL_COMMENT_UNITS, worthCreating } from '../report.ts'
import { writeOutputs, writeSummary } from '../outputs.ts'
import type { Step } from '../step.ts'

const COMMENT_UNITS = 60_000

/** Puts a document that another run made into words of ours, and those into the comment. Its own Markdown is not looked at. */
export async function relay(step: Step, run: RunOutput, target: Target): Promise<void> {
  const { head, pullRequest } = target.subject
  const links = linksOf(step.environment, head)
  const origin = pullRequest?.fromFork === true ? `\n\n${OF_A_FORK}` : ''
  const rendered = (maxUnits: number) =>
    step.redact(renderComment(run, { maxUnits: maxUnits - origin.length, links })) + origin
  const comment = await writeComment(step, target, {
    content: rendered(COMMENT_UNITS),
    smaller: () => rendered(SMALL_COMMENT_UNITS),
    base: run.refs.merge_base,
    worthCreating: worthCreating(run),
  })
  writeOutputs({ ...runOutputs(run), comment, jsonPath: undefined, reportPath: undefined })
  await writeSummary(step.redact(renderJobSummary(run, links)) + origin)
  sayWhatBecameOfIt(step, comment)
}

/** Whoever opened the pull request may have changed the workflow that measured it. */
const OF_A_FORK =
  '<sub>From a fork: the figures are those of a run that the pull request’s own files control. GitHub vouches for the commit, not for them.</sub>'
