import { gzipSync } from 'node:zlib'

import { describe, expect, it } from '@jest/globals'
import { packTar } from 'modern-tar'

import { takeFiles } from '../../src/native/archive.ts'

interface Entry {
  readonly name: string
  readonly type?: 'file' | 'symlink' | 'link' | 'directory'
  readonly linkname?: string
  readonly body?: string
}

async function tgz(entries: readonly Entry[]): Promise<Uint8Array> {
  return gzipSync(
    await packTar(
      entries.map(({ body = '', ...header }) => ({
        header: { size: body.length, ...header },
        ...(body === '' ? {} : { body }),
      })),
    ),
  )
}

describe('takeFiles', () => {
  it('takes the named files and nothing else', async () => {
    const bytes = await tgz([
      { name: 'package/duckdb.node', body: 'addon' },
      { name: 'package/../../evil', body: 'x' },
      { name: 'package/README.md', body: 'x' },
      { name: 'duckdb.node', body: 'x' },
    ])
    const files = await takeFiles(bytes, ['duckdb.node'], 'a.tgz')
    expect([...files].map(([name, content]) => [name, Buffer.from(content).toString()])).toEqual([
      ['duckdb.node', 'addon'],
    ])
  })

  it.each<[string, readonly Entry[]]>([
    ['lacks a file', [{ name: 'package/other', body: 'x' }]],
    [
      'holds a file twice',
      [
        { name: 'package/duckdb.node', body: 'a' },
        { name: 'package/duckdb.node', body: 'b' },
      ],
    ],
    ['makes a file a symbolic link', [{ name: 'package/duckdb.node', type: 'symlink', linkname: '/etc/passwd' }]],
    ['makes a file a hard link', [{ name: 'package/duckdb.node', type: 'link', linkname: '/etc/passwd' }]],
    ['makes a file a folder', [{ name: 'package/duckdb.node', type: 'directory' }]],
  ])('refuses an archive that %s', async (_, entries) => {
    await expect(takeFiles(await tgz(entries), ['duckdb.node'], 'a.tgz')).rejects.toMatchObject({
      code: 'native.mismatch',
    })
  })

  it('refuses an archive that unpacks to more than the cap', async () => {
    const bytes = await tgz([{ name: 'package/duckdb.node', body: ' '.repeat(100_000) }])
    await expect(takeFiles(bytes, ['duckdb.node'], 'a.tgz', 50_000)).rejects.toMatchObject({ code: 'native.mismatch' })
  })

  it.each([
    ['not gzip', Buffer.from('hello')],
    ['not a tar', gzipSync('hello '.repeat(200))],
    ['nothing', new Uint8Array()],
  ])('refuses bytes that are %s', async (_, bytes) => {
    await expect(takeFiles(bytes, ['duckdb.node'], 'a.tgz')).rejects.toMatchObject({ code: 'native.mismatch' })
  })
})
