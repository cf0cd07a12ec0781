import { join } from 'node:path'
import { PreviewError } from '../core/base/errors.ts'
import type { CommitId } from '../core/ports/git.ts'
import { fetchCommits } from '../git/fetch/fetch.ts'
import { layered } from '../git/layered.ts'
import { proxyFetch } from '../github/client.ts'
import { openRepository } from '../git/open.ts'
import type { Repository } from '../git/repository.ts'
import type { Step } from './step.ts'
import type { Subject } from './subject.ts'

/** Where commits are read: the workflow's checkout, and a private folder for what it lacks. The checkout is never written to. */
export interface Sources {
  /** Undefined when the workflow checked nothing out. */
  readonly checkout: Repository | undefined
  /** The working tree. */
  readonly root: string
  /** The checkout alone when it has the commits; else what it lacks is fetched. Fails with `git.fetch-failed`. */
  holding(commits: readonly CommitId[]): Promise<Repository>
  /** All of the commits fetched, with all of their files: for a checkout that was made with a filter. */
  whole(commits: readonly CommitId[]): Promise<Repository>
  close(): Promise<void>
}

export async function openSources(step: Step, subject: Subject): Promise<Sources> {
  const { checkout, root } = await openCheckout(step)
  const opened: Repository[] = checkout === undefined ? [] : [checkout]
  const fetched = async (commits: readonly CommitId[], folder: string): Promise<Repository> => {
    await fetchCommits({ ...requestFor(step, subject), commits, into: join(step.folder, folder) })
    const { repository } = await openRepository(join(step.folder, folder))
    opened.push(repository)
    return repository
  }
  return {
    checkout,
    root,
    holding: async (commits) => {
      const missing = await missingFrom(checkout, commits)
      if (checkout !== undefined && missing.length === 0) return checkout
      const rest = await fetched(missing, 'missing.git')
      return checkout === undefined ? rest : layered([checkout, rest])
    },
    whole: (commits) => fetched([...new Set(commits)], 'whole.git'),
    close: async () => {
      await Promise.all(opened.map((repository) => repository.close()))
    },
  }
}

/** Without a checkout, or with one that git cannot read, everything comes from the server. */
async function openCheckout({
  workspace,
}: Step): Promise<{ readonly checkout: Repository | undefined; readonly root: string }> {
  try {
    const { repository, root } = await openRepository(workspace)
    return { checkout: repository, root }
  } catch (error) {
    if (!(error instanceof PreviewError) || error.code !== 'git.not-a-repository') throw error
    return { checkout: undefined, root: workspace }
  }
}

async function missingFrom(
  checkout: Repository | undefined,
  commits: readonly CommitId[],
): Promise<readonly CommitId[]> {
  const missing: CommitId[] = []
  for (const commit of new Set(commits))
    if (checkout === undefined || !(await checkout.has(commit))) missing.push(commit)
  return missing
}

function requestFor({ inputs, environment }: Step, { cloneUrl, pullRequest }: Subject) {
  const refs = pullRequest === undefined ? [] : [`refs/pull/${String(pullRequest.number)}/head`]
  return { url: cloneUrl, token: inputs.githubToken, refs, environment, fetch: proxyFetch() }
}
