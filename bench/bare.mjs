import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const worker = fork(fileURLToPath(new URL('bare-worker.mjs', import.meta.url)), process.argv.slice(2))
worker.on('exit', (code) => {
  process.exitCode = code ?? 1
})
