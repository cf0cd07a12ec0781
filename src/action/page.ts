import { withDescription } from '../commands/expectations.ts'
import type { PreviewResult } from '../core/contract/result.ts'
import type { Remembered } from '../core/report/since.ts'
import type { GitHubClient } from '../github/client.ts'
import { readPage, type Description, type Page } from '../github/page.ts'
import { fetchPullRequest } from '../github/pull-request.ts'
import { openThread } from '../github/thread.ts'
import { memoryOf } from './memory.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** What the pull request's page says when all is measured and nothing is told yet. */
export interface PageAsItIs {
  /** What it declares, or what kept us from knowing. Undefined without a pull request. */
  readonly description: Description | undefined
  /** What our last report left. */
  readonly earlier: Remembered | undefined
  /** For who writes there next; undefined where nothing will be written. */
  readonly page: Page | undefined
}

/** Reads it once, if there is a pull request. That it cannot be read is told, and stops nothing. */
export async function pageOf(
  { inputs }: Pick<Step, 'inputs'>,
  { pullRequest }: Subject,
  client: GitHubClient,
): Promise<PageAsItIs> {
  if (pullRequest === undefined) return { description: undefined, earlier: undefined, page: undefined }
  const { number, head } = pullRequest
  if (inputs.comment === 'never') {
    const answer = await fetchPullRequest(client, number)
    const description: Description =
      answer.kind === 'failed'
        ? { kind: 'unread', why: answer.failure }
        : { kind: 'read', text: answer.value.description }
    return { description, earlier: undefined, page: undefined }
  }
  const page = await readPage(openThread(client, number, inputs.commentKey), head)
  const standing = page.seen?.own[0]
  return { description: page.description, earlier: standing && memoryOf(standing.body), page }
}

/** What was measured, with what the description declares of it. */
export function asDeclared(result: PreviewResult, { description }: PageAsItIs): PreviewResult {
  if (description === undefined) return result
  if (description.kind === 'read') return withDescription(result, description.text)
  const message = `The description of the pull request could not be read, so what it declares was not checked: ${description.why.message}`
  return { ...result, notices: [...result.notices, { code: 'expectations-unread', message }] }
}
