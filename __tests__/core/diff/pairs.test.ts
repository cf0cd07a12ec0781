import { methods } from './compare.ts'
import { describePairs } from './pairs-suite.ts'

describePairs({ threads: 2, memoryBytes: 1_000_000_000, methods }, 'truth')
