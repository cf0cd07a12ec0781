import { afterAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { uncaught } from './caught.ts'
import { MUTANTS } from './mutants.ts'

afterAll(removeTemporaryFolders)

/** One third of the faults: the files run side by side. */
describe('the law of soundness', () => {
  it('fails for every third planted fault, from the third on', async () => {
    expect(await uncaught(MUTANTS.filter((_, index) => index % 3 === 2))).toEqual([])
  }, 3_600_000)
})
