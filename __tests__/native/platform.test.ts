import { describe, expect, it } from '@jest/globals'

import { describePlatform, platformKey, thisPlatform, type Platform } from '../../src/native/platform.ts'

describe('platformKey', () => {
  it.each<[Platform, string]>([
    [{ os: 'linux', arch: 'x64', libc: 'glibc' }, 'linux-x64'],
    [{ os: 'linux', arch: 'arm64', libc: 'musl' }, 'linux-arm64-musl'],
    [{ os: 'darwin', arch: 'arm64', libc: undefined }, 'darwin-arm64'],
    [{ os: 'win32', arch: 'x64', libc: undefined }, 'win32-x64'],
  ])('names %j as the packages do', (platform, key) => {
    expect(platformKey(platform)).toBe(key)
  })
})

describe('thisPlatform', () => {
  it('agrees with Node’s own report about the C library', () => {
    const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
    const libc =
      process.platform !== 'linux' ? undefined : report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
    expect(thisPlatform()).toEqual({ os: process.platform, arch: process.arch, libc })
  })
})

describe('describePlatform', () => {
  it('leaves out a C library that there is none of', () => {
    expect(describePlatform({ os: 'darwin', arch: 'arm64', libc: undefined })).toBe('darwin, arm64')
  })
})
