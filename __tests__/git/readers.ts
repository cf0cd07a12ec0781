import { openRepository, type OpenedRepository } from '../../src/git/open.ts'

/** Both pass every test that is a table over these. */
export const readers = ['binary', 'isomorphic'] as const

export type Reader = (typeof readers)[number]

const opened: OpenedRepository[] = []

export async function open(folder: string, reader: Reader): Promise<OpenedRepository> {
  const repository = await openRepository(folder, { reader })
  opened.push(repository)
  return repository
}

/** For `afterAll`. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map(({ repository }) => repository.close()))
}
