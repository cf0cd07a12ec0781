import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { temporaryFolder } from '../support/git-repository.ts'
import { startProxy } from '../support/proxy.ts'
import { closeShopsAfterEach, openShop } from './shop.ts'

closeShopsAfterEach()

/** No name that this resolves outside of the proxy. */
const SERVER = 'http://git.company.test'
const PASSWORD = 'runner:s3cret-of-proxy'

/** The variables that a runner behind a proxy gives a step; the server is reached through it, or not at all. */
function behind(proxy: string): Record<string, string> {
  return {
    GITHUB_SERVER_URL: SERVER,
    GITHUB_API_URL: `${SERVER}/api/v3`,
    GITHUB_GRAPHQL_URL: `${SERVER}/api/graphql`,
    http_proxy: proxy,
    HTTP_PROXY: proxy,
    https_proxy: proxy,
    HTTPS_PROXY: proxy,
    no_proxy: 'other.company.test',
    NO_PROXY: 'other.company.test',
  }
}

describe('a runner behind a proxy', () => {
  it.each([
    ['with git', undefined],
    ['without git', 'no git'],
  ])(
    'reaches API and commits through it alone, and links to the server that it was given: %s',
    async (_, without) => {
      const shop = await openShop()
      const proxy = await startProxy(shop.fake.url, PASSWORD)
      try {
        const environment = { ...behind(proxy.url), ...(without !== undefined && { PATH: emptyPath() }) }
        const finished = await shop.run({ workspace: shop.shallowCheckout(), environment, node: process.execPath })
        expect(finished).toMatchObject({ status: 0, outputs: { verdict: 'changed', 'comment-action': 'created' } })
        expect(shop.gitRequests.length).toBeGreaterThan(0)
        expect(new Set(proxy.asked.map((line) => /git\.company\.test|:\d+$/.exec(line)?.[0]))).toEqual(
          new Set(['git.company.test']),
        )
        const links = shop.reports().flatMap(({ text }) => text.match(/https?:\/\/[^/"]+/g) ?? [])
        expect(new Set(links)).toEqual(new Set([SERVER]))
        expect(`${finished.log}${finished.summary}`).not.toContain('s3cret')
      } finally {
        await proxy.close()
      }
    },
    120_000,
  )

  it('is not used for what no_proxy names', async () => {
    const shop = await openShop()
    const proxy = await startProxy(shop.fake.url, PASSWORD)
    try {
      const environment = {
        ...behind(proxy.url),
        ...shop.fake.environment(),
        no_proxy: '127.0.0.1',
        NO_PROXY: '127.0.0.1',
      }
      const finished = await shop.run({ workspace: shop.shallowCheckout(), environment })
      expect(finished).toMatchObject({ status: 0, outputs: { 'comment-action': 'created' } })
      expect(shop.gitRequests.length).toBeGreaterThan(0)
      expect(proxy.asked).toEqual([])
    } finally {
      await proxy.close()
    }
  }, 120_000)
})

function emptyPath(): string {
  const folder = join(temporaryFolder(), 'bin')
  mkdirSync(folder)
  symlinkSync(process.execPath, join(folder, 'node'))
  return folder
}
