import fs from 'node:fs'
import { addRemote, fetch as fetchPack, init, type HttpClient } from 'isomorphic-git'
import { credentialsOf } from './failure.ts'
import type { Fetch, FetchTarget } from './target.ts'

export async function fetchWithIsomorphic({ url, token, into, sha256, signal, fetch }: FetchTarget): Promise<Fetch> {
  if (sha256) throw new Error('a repository with SHA-256 ids can only be fetched with git on the PATH.')
  const remote = 'origin'
  await init({ fs, gitdir: into, bare: true, defaultBranch: 'main' })
  await addRemote({ fs, gitdir: into, remote, url: url.href, force: true })
  const headers = token === undefined ? {} : { Authorization: `Basic ${credentialsOf(token)}` }
  return async (wanted) => {
    for (const ref of wanted) {
      const options = { remote, ref, remoteRef: ref, depth: 1, singleBranch: true, tags: false }
      await fetchPack({
        fs,
        gitdir: into,
        http: client(signal, fetch),
        url: url.href,
        headers: { ...headers },
        ...options,
      })
    }
  }
}

/**
 * Not `isomorphic-git/http/node`: an error between two chunks of its answers is lost, and the fetch waits for ever.
 * Redirects are an error, so that no other host sees the token.
 */
function client(signal: AbortSignal, fetch: typeof globalThis.fetch): HttpClient {
  return {
    async request({ url, method = 'GET', headers = {}, body }) {
      const chunks: Uint8Array[] = []
      if (body !== undefined) for await (const chunk of body) chunks.push(chunk)
      const sent = body === undefined ? {} : { body: Buffer.concat(chunks) }
      const answer = await fetch(url, { method, headers, redirect: 'manual', signal, ...sent }).catch(unanswered)
      return {
        url,
        method,
        statusCode: answer.status,
        statusMessage: answer.statusText,
        headers: Object.fromEntries(answer.headers),
        body: chunksOf(answer),
      }
    },
  }
}

async function* chunksOf({ body }: Response): AsyncIterableIterator<Uint8Array> {
  if (body !== null) for await (const chunk of body) yield chunk as Uint8Array
}

/** `fetch failed` says nothing; its cause does. */
function unanswered(error: unknown): never {
  throw (error as { cause?: unknown }).cause ?? error
}
