import { z } from 'zod'
import type { GitHubClient } from './client.ts'
import { marker, readState } from './comment-body.ts'
import type { OwnComment } from './decide.ts'
import type { Answer } from './failure.ts'
import { fetchPullRequest } from './pull-request.ts'

/** The comments of one pull request, as far as they are ours. */
export interface Thread {
  liveHead(): Promise<Answer<string>>
  /** In ascending order of id. */
  own(): Promise<Answer<readonly OwnComment[]>>
  create(body: string): Promise<Answer<PostedComment>>
  update(id: number, body: string): Promise<Answer<PostedComment>>
  remove(id: number): Promise<Answer<unknown>>
}

export interface PostedComment {
  readonly id: number
  readonly url: string
}

/** Comments belong to the account of the token: a marker that somebody else quotes or forges counts for nothing. */
export async function openThread(client: GitHubClient, pullRequest: number, key: string): Promise<Thread> {
  const viewer = withoutSuffix(await viewerLogin(client))
  const opening = marker(key)
  const isOwn = ({ login, body }: Comment) => body.startsWith(opening) && withoutSuffix(login) === viewer
  const comments = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
  const comment = '/repos/{owner}/{repo}/issues/comments/{comment_id}'
  return {
    async liveHead() {
      const answer = await fetchPullRequest(client, pullRequest)
      return answer.kind === 'failed' ? answer : { ...answer, value: answer.value.head.commit }
    },
    async own() {
      const found: OwnComment[] = []
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const parameters = { issue_number: pullRequest, per_page: 100, page }
        const answer = await client.send({ route: `GET ${comments}`, parameters, repeatable: true }, commentList)
        if (answer.kind === 'failed') return answer
        const own = answer.value.filter(isOwn)
        found.push(...own.map(({ id, url, body }) => ({ id, url, body, state: readState(body) })))
        if (!answer.hasNextPage) break
      }
      const value = found.toSorted((a, b) => a.id - b.id)
      return { kind: 'answered', value, hasNextPage: false }
    },
    create(body) {
      const parameters = { issue_number: pullRequest, body }
      return client.send({ route: `POST ${comments}`, parameters, repeatable: false }, posted)
    },
    update(id, body) {
      const parameters = { comment_id: id, body }
      return client.send({ route: `PATCH ${comment}`, parameters, repeatable: false }, posted)
    },
    remove: (id) =>
      client.send({ route: `DELETE ${comment}`, parameters: { comment_id: id }, repeatable: true }, z.unknown()),
  }
}

/** GitHub stops a thread at 2,500 comments; this is far past it. */
const MOST_PAGES = 100

/** `GET /user` does not work with a job's token; this query does. A server without GraphQL has jobs' tokens all the same. */
async function viewerLogin(client: GitHubClient): Promise<string> {
  const jobsAccount = 'github-actions[bot]'
  if (client.graphqlUrl === undefined) return jobsAccount
  const parameters = { query: '{viewer{login}}' }
  const answer = await client.send({ route: `POST ${client.graphqlUrl}`, parameters, repeatable: true }, viewerAnswer)
  return answer.kind === 'answered' ? (answer.value.data?.viewer.login ?? jobsAccount) : jobsAccount
}

/** GraphQL and REST spell a bot's login differently. */
function withoutSuffix(login: string): string {
  return login.replace(/\[bot\]$/, '').toLowerCase()
}

interface Comment extends PostedComment {
  readonly body: string
  readonly login: string
}

const commentItem = z
  .object({
    id: z.number(),
    html_url: z.url(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
  })
  .transform(({ id, html_url, body, user }): Comment => ({
    id,
    url: html_url,
    body: body ?? '',
    login: user?.login ?? '',
  }))

const posted = commentItem.transform(({ id, url }): PostedComment => ({ id, url }))

const commentList = z.array(commentItem)

/** A refusal is an answer too: `data` is then null. */
const viewerAnswer = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }).nullish() })
