import { afterAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { uncaught } from './caught.ts'
import { MUTANTS } from './mutants.ts'

afterAll(removeTemporaryFolders)

/** One half of the faults: two files run side by side. */
describe('the law of soundness', () => {
  it('fails for every second planted fault, from the first on', async () => {
    expect(await uncaught(MUTANTS.filter((_, index) => index % 2 === 0))).toEqual([])
  }, 3_600_000)
})
