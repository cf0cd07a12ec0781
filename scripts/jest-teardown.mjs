import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { PREFIX } from './jest-setup.mjs'

export default function teardown() {
  const folder = process.env.TMPDIR ?? ''
  if (basename(folder).startsWith(PREFIX)) rmSync(folder, { recursive: true, force: true })
}
