import { describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../src/core/base/errors.ts'
import { attachError, engineError } from '../../src/warehouse/duckdb/engine-error.ts'

describe('engineError', () => {
  it.each<readonly [string, ErrorCode, RegExp]>([
    ['IO Error: Could not write file "/tmp/x.tmp": No space left on device', 'disk.full', /^Free some space/],
    [
      'Out of Memory Error: failed to offload data block of size 256.0 KiB (4.7 MiB/4.7 MiB used).',
      'engine.out-of-memory',
      /--max-disk/,
    ],
    [
      'Out of Memory Error: could not allocate block of size 256.0 KiB (95.3 MiB/95.3 MiB used)',
      'engine.out-of-memory',
      /--memory-limit/,
    ],
    [
      'Permission Error: Cannot access file "/etc/passwd" - file system operations are disabled by configuration',
      'engine.failed',
      /reads no files and no URLs/,
    ],
    [
      'Catalog Error: Table Function with name "st_read" is not in the catalog, but it exists in the spatial extension.',
      'engine.failed',
      /loads no extensions/,
    ],
    ["Conversion Error: Could not convert string 'x' to INT32", 'engine.failed', /^Read the engine/],
  ])('knows what to do about %j', (message, code, hint) => {
    const error = engineError(new Error(`${message}\n\nStack Trace:\n\n/usr/lib/x`))
    expect(error).toMatchObject({ code, message, hint: expect.stringMatching(hint) })
  })
})

describe('attachError', () => {
  it.each<readonly [string, ErrorCode]>([
    ['IO Error: Cannot open database "/w.duckdb" in read-only mode: database does not exist', 'warehouse.missing'],
    [
      'IO Error: Could not set lock on file "/w.duckdb": Conflicting lock is held in /usr/bin/node (PID 7).',
      'warehouse.locked',
    ],
    ['Catalog Error: Cannot open encrypted database "/w.duckdb" without a key', 'warehouse.encrypted'],
    [
      'IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 68.',
      'warehouse.newer',
    ],
    ['IO Error: The file "/w.duckdb" exists, but it is not a valid DuckDB database file!', 'warehouse.not-duckdb'],
    [
      'IO Error: Could not read enough bytes from file "/w.duckdb": attempted to read 3288 bytes from location 9000',
      'warehouse.not-duckdb',
    ],
    ['IO Error: Failure while replaying WAL file "/w.duckdb.wal"', 'warehouse.wal'],
    ['Something that DuckDB has never said', 'warehouse.not-duckdb'],
  ])('knows why a file could not be opened: %j', (message, code) => {
    expect(attachError(new Error(message), '/w.duckdb')).toMatchObject({ code, message })
  })

  it('is not misled by the name of the file', () => {
    const path = '/encrypted wal newer version.duckdb'
    expect(
      attachError(new Error(`IO Error: The file "${path}" exists, but it is not a valid DuckDB database file!`), path)
        .code,
    ).toBe('warehouse.not-duckdb')
  })
})
