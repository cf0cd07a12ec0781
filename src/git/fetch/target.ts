/** One way to the server: fetches what is named, at depth one, or fails with the server's words. */
export type Fetch = (wanted: readonly string[]) => Promise<void>

export interface FetchTarget {
  readonly url: URL
  readonly token: string | undefined
  readonly into: string
  readonly sha256: boolean
  readonly environment: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  /** Used where git is not; git knows the proxies of `environment` by itself. */
  readonly fetch: typeof globalThis.fetch
}
