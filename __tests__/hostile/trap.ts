import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Places } from './corpus.ts'

/** What must never surface: a file's content, a file's name, and a variable's value. */
export const CANARIES = ['C4N4RY-in-a-file', 'C4N4RY-as-a-name', 'C4N4RY-in-the-environment'] as const

/** What happened that never may. */
export interface Tally {
  reads: number
  network: number
  writes: number
  commands: number
  crashes: number
}

export interface Trap {
  readonly places: Places
  /** For the environment of the program under attack. */
  readonly environment: Readonly<Record<string, string>>
  /** How many canaries a text shows. */
  reads(told: string): number
  /** Requests that the listener got, and changes where nothing may change, since the trap was set. */
  sprung(): Pick<Tally, 'network' | 'writes'>
  close(): Promise<void>
}

export async function setTrap(warehouse = 'nowhere.duckdb'): Promise<Trap> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rocky-trap-')))
  const [folder, outside] = [join(root, 'kept'), join(root, 'outside')]
  for (const made of [folder, outside]) mkdirSync(made)
  writeFileSync(join(folder, 'canary.csv'), `a,b\n${CANARIES[0]},1\n`)
  writeFileSync(join(folder, `${CANARIES[1]}.csv`), 'a\n1\n')
  let network = 0
  const server = createServer((_, response) => {
    network += 1
    response.end(`a\n${CANARIES[0]}\n`)
  })
  server.on('connection', () => (network += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const before = snapshot(root)
  return {
    places: {
      canary: join(folder, 'canary.csv'),
      folder,
      outside,
      warehouse,
      port: String((server.address() as AddressInfo).port),
    },
    environment: { ROCKY_CANARY: CANARIES[2], HOME: outside },
    reads: (told) => CANARIES.filter((canary) => told.includes(canary)).length,
    sprung: () => {
      const after = snapshot(root)
      const names = new Set([...before.keys(), ...after.keys()])
      return { network, writes: [...names].filter((name) => before.get(name) !== after.get(name)).length }
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** A digest of every file below, and of every folder. */
function snapshot(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    found.set(path, entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder')
  }
  return found
}

/** The sentence that CI shows. */
export function counted(
  what: string,
  statements: number,
  { reads, network, writes, commands, crashes }: Tally,
): string {
  const counts = [
    `${String(reads)} reads of a canary`,
    `${String(network)} network attempts`,
    `${String(writes)} writes outside the private folder`,
    `${String(commands)} workflow commands`,
    `${String(crashes)} crashes of the supervisor`,
  ]
  return `hostile corpus, ${what}: ${String(statements)} statements; ${counts.join(', ')}`
}
