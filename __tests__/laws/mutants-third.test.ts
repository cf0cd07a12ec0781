import { afterAll, describe, expect, it } from '@jest/globals'
import { removeTemporaryFolders } from '../support/git-repository.ts'
import { thirdOfMutants, uncaught } from './caught.ts'

afterAll(removeTemporaryFolders)

describe('the law of soundness', () => {
  it('fails for each of the last third of the planted faults', async () => {
    expect(await uncaught(thirdOfMutants(2))).toEqual([])
  }, 3_600_000)
})
