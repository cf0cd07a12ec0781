import { describePairs } from './pairs-suite.ts'

// A file of its own, so that two workers share the suite.
const small = {
  threads: 1,
  memoryBytes: 160_000_000,
  methods: ['bucket_drill', 'keyed_columns', 'keyed_multiset'],
} as const
describePairs(small, 'truth')
// Where the rows are equal the other methods end at the checksums that `fitting` begins with.
const itself = ['fitting', 'in_step', 'keyed_join', 'keyed_multiset', 'sampled'] as const
describePairs({ threads: 2, memoryBytes: 1_000_000_000, methods: itself }, 'itself')
