import { usageSchema } from '../core/ports/usage.ts'
import * as z from 'zod'

/** What the supervisor asks of the worker. Statements are text that our dialect rendered. Checked on arrival, on both sides. */

const searchPath = z.array(z.strictObject({ catalog: z.string(), schema: z.string() }))
const session = z.strictObject({
  mode: z.enum(['build', 'compare']),
  searchPath,
  seed: z.literal('another').optional(),
})
const attachment = z.strictObject({ path: z.string(), name: z.string(), readOnly: z.boolean() })

/** A file that is read into a table before the doors are shut. */
const dataFile = z.strictObject({
  path: z.string(),
  format: z.enum(['parquet', 'csv', 'json']),
  catalog: z.string(),
  table: z.string(),
})

export const limitsSchema = z.strictObject({
  threads: z.int().min(1),
  memoryBytes: z.int().optional(),
  maxDiskBytes: z.int().optional(),
  temporaryFolder: z.string(),
})

const column = z.strictObject({ name: z.string(), type: z.string(), isPrimaryKey: z.literal(true).optional() })
const relation = z.strictObject({ catalog: z.string(), schema: z.string(), table: z.string() })
const value = z.union([z.null(), z.boolean(), z.number(), z.bigint(), z.string()])

const reference = z.strictObject({
  catalog: z.string().optional(),
  schema: z.string().optional(),
  table: z.string(),
  alias: z.string().optional(),
  joinedBy: z
    .array(z.strictObject({ column: z.string(), equals: z.strictObject({ table: z.string(), column: z.string() }) }))
    .optional(),
  start: z.int(),
  end: z.int(),
})

const fileRead = z.strictObject({
  function: z.string(),
  paths: z.array(z.string()),
  start: z.int(),
  end: z.int(),
  argument: z.strictObject({ start: z.int(), end: z.int() }),
  alias: z.string().optional(),
})

const invalidQuery = z.strictObject({
  kind: z.literal('invalid'),
  message: z.string(),
  position: z.int().optional(),
  hint: z.string().optional(),
})
const parsedQuery = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('query'),
    references: z.array(reference),
    qualifiedColumns: z.array(z.strictObject({ parts: z.array(z.string()), starts: z.array(z.int()) })),
    functions: z.array(z.string()),
    sampled: z.boolean(),
    files: z.array(fileRead).optional(),
  }),
  invalidQuery,
])

const identity = z.strictObject({
  relation,
  identity: z.string(),
  renamed: z.array(z.strictObject({ from: z.string(), to: z.string() })).optional(),
})
const columnRead = z.strictObject({ relation: z.string(), column: z.string() })
const shape = z.strictObject({
  outputs: z.array(
    z.strictObject({ name: z.string(), type: z.string(), reads: z.array(columnRead), fingerprint: z.string() }),
  ),
  rows: z.strictObject({ relations: z.array(z.string()), reads: z.array(columnRead), fingerprint: z.string() }),
  literals: z.string(),
  plan: z.string(),
  evaluations: z.string(),
  sites: z.array(z.string()).optional(),
  orderSensitive: z.string().optional(),
  volatile: z.string().optional(),
  unknown: z.array(z.string()),
})

const values = z.strictObject({ fixed: z.number(), varying: z.number() })
const calls = z.strictObject({ plain: z.number(), text: z.number() })
const inputs = z.array(z.int())
const origin = z.strictObject({ relation: z.string(), column: z.string() })
const condition = z.strictObject({
  is: z.enum(['equal', 'least', 'most', 'not-null', 'other']),
  origin: origin.optional(),
  value: z.number().optional(),
})
const key = z.strictObject({
  kind: z.enum(['few', 'date', 'other']),
  isText: z.boolean(),
  origin: origin.optional(),
})
const effortOperator = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('scan'), inputs, relation: z.string(), values }),
  z.strictObject({ kind: z.literal('given'), inputs, rows: z.number() }),
  z.strictObject({ kind: z.literal('compute'), inputs, calls }),
  z.strictObject({ kind: z.literal('filter'), inputs, calls, conditions: z.array(condition) }),
  z.strictObject({
    kind: z.literal('join'),
    inputs,
    on: z.enum(['keys', 'condition', 'nothing']),
    rows: z.enum(['matches', 'left', 'all']),
    keys: z.array(z.strictObject({ left: origin.optional(), right: origin.optional() })),
  }),
  z.strictObject({
    kind: z.literal('group'),
    inputs,
    keys: z.array(key),
    functions: z.number(),
    distinct: z.number(),
  }),
  z.strictObject({ kind: z.literal('window'), inputs, functions: z.number() }),
  z.strictObject({ kind: z.literal('sort'), inputs, values }),
  z.strictObject({ kind: z.literal('limit'), inputs, rows: z.number().optional() }),
  z.strictObject({ kind: z.literal('union'), inputs, times: z.number() }),
])
const effort = z.strictObject({
  operators: z.array(effortOperator),
  written: values,
  outputs: z.array(z.strictObject({ name: z.string(), origin })),
})

const boundQuery = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('bound'),
    columns: z.array(column),
    scans: z.array(relation),
    shape: shape.optional(),
    effort: effort.optional(),
  }),
  z.strictObject({
    kind: z.literal('unbound'),
    message: z.string(),
    position: z.int().optional(),
    hint: z.string().optional(),
  }),
])

/** As `CostRecord`. */
const recordSchema = z.strictObject({
  run: z.string(),
  at: z.string(),
  preview: z.string(),
  commit: z.string(),
  machine: z.string(),
  model: z.string(),
  side: z.enum(['base', 'head']),
  code: z.string(),
  inputs: z.string().optional(),
  durationMs: z.number().nonnegative(),
  rows: z.number().nonnegative().optional(),
  bytesWritten: z.number().nonnegative().optional(),
  rowsScanned: z.number().nonnegative().optional(),
  bytesScanned: z.number().nonnegative().optional(),
  peakMemoryBytes: z.number().nonnegative().optional(),
})

const definitions = z.strictObject({
  catalog: z.string(),
  schemas: z.array(z.string()),
  relations: z.array(
    z.strictObject({
      schema: z.string(),
      table: z.string(),
      size: z.strictObject({ rows: z.number(), columns: z.number() }).optional(),
      view: z.strictObject({ query: z.string(), columns: z.array(z.string()) }).optional(),
    }),
  ),
  macros: z.array(z.strictObject({ schema: z.string(), name: z.string(), query: z.string() })),
})

/** One entry an operation: what it takes and what it gives. */
export const operations = {
  /** Opens the locked instance that everything else but `parse` and `seed` runs on. */
  open: {
    request: z.strictObject({
      attachments: z.array(attachment),
      imports: z.array(dataFile).optional(),
      /** Folders whose files SQL may read: our own copies, and what the workflow allows. */
      readable: z.array(z.string()).optional(),
      limits: limitsSchema,
    }),
    response: z.null(),
  },
  /** Fills a new database file; the worker is good for nothing else afterwards. */
  seed: {
    request: z.strictObject({ path: z.string(), name: z.string(), script: z.string(), limits: limitsSchema }),
    response: z.null(),
  },
  /** Reads a file of ours that keeps what runs have measured. Fails with `records.refused` where it is none. */
  readRecords: { request: z.strictObject({ path: z.string(), limits: limitsSchema }), response: z.array(recordSchema) },
  /** Writes a new file with these records. */
  writeRecords: {
    request: z.strictObject({ path: z.string(), records: z.array(recordSchema), limits: limitsSchema }),
    response: z.null(),
  },
  definitions: { request: z.strictObject({ catalog: z.string() }), response: definitions },
  parse: {
    request: z.strictObject({ queries: z.array(z.string()), allowed: z.array(z.string()).optional() }),
    response: z.array(parsedQuery),
  },
  /** Null where a query has no tree. */
  syntax: { request: z.strictObject({ queries: z.array(z.string()) }), response: z.array(z.string().nullable()) },
  bind: {
    request: z.strictObject({
      query: z.string(),
      session,
      identify: z.array(identity).optional(),
      /** A table to leave behind, empty, with the query's columns. */
      target: z.string().optional(),
      /** Functions that the workflow lets through. */
      allowed: z.array(z.string()).optional(),
    }),
    response: boundQuery,
  },
  execute: { request: z.strictObject({ statement: z.string() }), response: z.null() },
  materialize: { request: z.strictObject({ target: z.string(), query: z.string(), session }), response: usageSchema },
  query: {
    request: z.strictObject({ statement: z.string(), session }),
    response: z.array(z.record(z.string(), value)),
  },
  describe: { request: z.strictObject({ relation: z.string() }), response: z.array(column).nullable() },
  statistics: {
    request: z.strictObject({ relation: z.string() }),
    response: z.array(
      z.strictObject({
        column: z.string(),
        distinct: z.number().optional(),
        least: z.number().optional(),
        most: z.number().optional(),
      }),
    ),
  },
  close: { request: z.strictObject({}), response: z.null() },
} as const satisfies Record<string, { readonly request: z.ZodType; readonly response: z.ZodType }>

export type Operations = typeof operations
export type Operation = keyof Operations
export type Request<O extends Operation> = z.infer<Operations[O]['request']>
export type Response<O extends Operation> = z.infer<Operations[O]['response']>

/** What does the work, in the worker. */
export type Handlers = { readonly [O in Operation]: (request: Request<O>) => Promise<Response<O>> }

export const requestMessage = z.strictObject({
  id: z.int(),
  operation: z.enum(Object.keys(operations) as [Operation, ...Operation[]]),
  request: z.unknown(),
})

const failure = z.strictObject({ code: z.string(), message: z.string(), hint: z.string() })
export const responseMessage = z.union([
  z.strictObject({ id: z.int(), response: z.unknown() }),
  z.strictObject({ id: z.int(), failure }),
])
