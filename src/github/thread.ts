import { z } from 'zod'
import type { GitHubClient } from './client.ts'
import { marker, readState } from './comment-body.ts'
import type { Closing } from './closing.ts'
import type { OwnComment } from './decide.ts'
import type { Answer } from './failure.ts'
import { identityOf } from './identity.ts'
import { fetchPullRequest } from './pull-request.ts'

/** The comments of one pull request, as far as they are ours. */
export interface Thread {
  /** The pull request as it is now. */
  live(): Promise<Answer<LivePull>>
  /** In ascending order of id. */
  own(): Promise<Answer<readonly OwnComment[]>>
  create(body: string): Promise<Answer<PostedComment>>
  update(id: number, body: string): Promise<Answer<PostedComment>>
  remove(id: number): Promise<Answer<unknown>>
}

export interface LivePull {
  readonly head: string
  readonly closing: Closing | undefined
  /** Anybody's words. */
  readonly description: string
}

export interface PostedComment {
  readonly id: number
  readonly url: string
}

/** Comments belong to the account of the token: a marker that somebody else quotes or forges counts for nothing. */
export function openThread(client: GitHubClient, pullRequest: number, key: string): Thread {
  const identity = identityOf(client)
  const opening = marker(key)
  const comments = '/repos/{owner}/{repo}/issues/{issue_number}/comments'
  const comment = '/repos/{owner}/{repo}/issues/comments/{comment_id}'
  return {
    async live() {
      const answer = await fetchPullRequest(client, pullRequest)
      if (answer.kind === 'failed') return answer
      const { head, closing, description } = answer.value
      return { ...answer, value: { head: head.commit, closing, description } }
    },
    async own() {
      const marked: Comment[] = []
      let waited = false
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const parameters = { issue_number: pullRequest, per_page: 100, page }
        const answer = await client.send({ route: `GET ${comments}`, parameters, repeatable: true }, commentList)
        if (answer.kind === 'failed') return answer
        waited ||= answer.waited
        marked.push(...answer.value.filter(({ body }) => body.startsWith(opening)))
        if (!answer.hasNextPage) break
      }
      // Whose they are is no question while there are none.
      const isOurs = marked.length === 0 ? () => false : await identity.ownership()
      const value = marked
        .filter(({ login }) => isOurs(login))
        .map(({ id, url, body }) => ({ id, url, body, state: readState(body) }))
        .toSorted((a, b) => a.id - b.id)
      return { kind: 'answered', value, hasNextPage: false, waited }
    },
    async create(body) {
      const parameters = { issue_number: pullRequest, body }
      const answer = await client.send({ route: `POST ${comments}`, parameters, repeatable: false }, commentItem)
      if (answer.kind === 'answered') identity.learn(answer.value.login)
      return answer
    },
    update(id, body) {
      const parameters = { comment_id: id, body }
      return client.send({ route: `PATCH ${comment}`, parameters, repeatable: false }, commentItem)
    },
    remove: (id) =>
      client.send({ route: `DELETE ${comment}`, parameters: { comment_id: id }, repeatable: true }, z.unknown()),
  }
}

/** GitHub stops a thread at 2,500 comments; this is far past it. */
const MOST_PAGES = 100

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

const commentList = z.array(commentItem)
