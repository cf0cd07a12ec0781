import { unreachable } from '../../core/base/unreachable.ts'
import { runsOf, type ReportDocument } from '../../core/contract/projects.ts'
import { renderComment } from '../../core/report/comment.ts'
import { renderJobSummary, SUMMARY_UNITS } from '../../core/report/job-summary.ts'
import { partsOf, renderProjects, reportedProjects } from '../../core/report/projects.ts'
import { remember, reportedRun, type Remembered } from '../../core/report/since.ts'
import { sayWhatBecameOfIt, writeComment, type Target } from '../comment.ts'
import { linksOf } from '../links.ts'
import { COMMENT_UNITS, runOutputs, SMALL_COMMENT_UNITS, worthCreating } from '../report.ts'
import { writeOutputs, writeSummary, type StepResult } from '../outputs.ts'
import { projectsOutputs } from '../report-projects.ts'
import type { Step } from '../step.ts'

/** Puts a document that another run made into words of ours, and those into the comment. Its own Markdown is not looked at. */
export async function relay(step: Step, document: ReportDocument, target: Target): Promise<void> {
  const { pullRequest } = target.subject
  const origin = pullRequest?.fromFork === true ? `\n\n${OF_A_FORK}` : ''
  const told = wordsFor(step, document, target)
  const rendered = (maxUnits: number) => step.redact(told.comment(maxUnits - origin.length)) + origin
  const runs = runsOf(document)
  const comment = await writeComment(step, target, {
    content: rendered(COMMENT_UNITS),
    smaller: () => rendered(SMALL_COMMENT_UNITS),
    memory: told.memory,
    base: runs[0]?.refs.merge_base ?? '',
    worthCreating: told.outputs.verdict === 'failed' || runs.some(worthCreating),
  })
  writeOutputs({ ...told.outputs, comment, jsonPath: undefined, reportPath: undefined })
  await writeSummary(step.redact(told.summary()) + origin)
  sayWhatBecameOfIt(step, comment)
}

interface Words {
  readonly comment: (maxUnits: number) => string
  readonly summary: () => string
  readonly memory: Remembered
  readonly outputs: Omit<StepResult, 'comment' | 'jsonPath' | 'reportPath'>
}

function wordsFor({ environment }: Step, document: ReportDocument, { subject: { head }, page }: Target): Words {
  const { earlier } = page
  const links = linksOf(environment, head)
  switch (document.command) {
    case 'preview-run':
      return {
        comment: (maxUnits) => renderComment(document, { maxUnits, links, earlier }),
        summary: () => renderJobSummary(document, { links, earlier }),
        memory: remember(reportedRun(document), earlier),
        outputs: runOutputs(document),
      }
    case 'preview-projects': {
      const parts = partsOf(document)
      const comment = (maxUnits: number) => renderProjects(parts, { head, links, maxUnits, earlier })
      return {
        comment,
        summary: () => comment(SUMMARY_UNITS),
        memory: remember(reportedProjects(parts, head), earlier),
        outputs: projectsOutputs(document),
      }
    }
    default:
      return unreachable(document)
  }
}

/** Whoever opened the pull request may have changed the workflow that measured it. */
const OF_A_FORK =
  '<sub>From a fork: the figures are those of a run that the pull request’s own files control. GitHub vouches for the commit, not for them.</sub>'
