import { closeSync, openSync, readSync } from 'node:fs'

/** A platform as the engine's packages name it: `linux-x64`, `linux-arm64-musl`, `darwin-arm64`. */
export interface Platform {
  readonly os: string
  readonly arch: string
  /** Undefined outside Linux. */
  readonly libc: 'glibc' | 'musl' | undefined
}

export function thisPlatform(): Platform {
  const os = process.platform
  return { os, arch: process.arch, libc: os === 'linux' ? libcOf(process.execPath) : undefined }
}

/** The key of the manifest and the end of the package's name. */
export function platformKey({ os, arch, libc }: Platform): string {
  return libc === 'musl' ? `${os}-${arch}-musl` : `${os}-${arch}`
}

/** `linux, arm64, musl`, for messages. */
export function describePlatform({ os, arch, libc }: Platform): string {
  return [os, arch, libc].filter((part) => part !== undefined).join(', ')
}

/**
 * Which C library a program was linked against, read from the interpreter that its ELF header names. Takes 0.1 ms, where
 * `process.report` takes 10 to 100. A program without an interpreter counts as glibc, as it does for the engine's loader.
 */
function libcOf(program: string): 'glibc' | 'musl' {
  const header = Buffer.alloc(4096)
  const file = openSync(program, 'r')
  try {
    readSync(file, header, 0, header.length, 0)
  } finally {
    closeSync(file)
  }
  return header.includes('/ld-musl-') ? 'musl' : 'glibc'
}
