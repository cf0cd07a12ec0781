/** Loads both sides of a project in a process of its own, and prints what that took. Arguments: folder, reader, folder of the compiled sources. */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

const [folder, reader, build] = process.argv.slice(2)
const from = (path) => import(pathToFileURL(join(build, path)).href)
const { openRepository } = await from('git/open.js')
const { loadSides } = await from('commands/load.js')
const { repository } = await openRepository(folder, { reader })
const read = []
const git = {
  resolve: (ref) => repository.resolve(ref),
  mergeBase: (a, b) => repository.mergeBase(a, b),
  list: (commit, prefix) => repository.list(commit, prefix),
  read: (ids) => {
    read.push(...ids)
    return repository.read(ids)
  },
}
const { base, head } = await loadSides(git, {
  refs: { kind: 'named', base: 'main', head: 'change' },
  project: '',
  config: 'rocky.toml',
  env: {},
  vars: {},
})
await repository.close()
console.log(
  JSON.stringify({
    models: base.project.models.length + head.project.models.length,
    read: read.length,
    distinct: new Set(read).size,
    // Of this process alone: what a busy machine does not stretch.
    cpuMs: (process.resourceUsage().userCPUTime + process.resourceUsage().systemCPUTime) / 1_000,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1_000),
  }),
)
