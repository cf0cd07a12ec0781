/** One entry of compiled sources → an ES module with its chunks, through ncc. */
import { createRequire } from 'node:module'

import { minify } from 'terser'

const ncc = createRequire(import.meta.url)('@vercel/ncc')

/**
 * Bundles `entry`, an absolute path, as `name`.js. Returns the files by name (the bundle, and a chunk for what several
 * dynamic imports share) and the licence texts of what is in it. Throws when ncc added anything else: a native addon or
 * a file that it found by guessing.
 */
export async function bundle(entry, name) {
  const { code, assets } = await ncc(entry, {
    filename: `${name}.js`,
    minify: false,
    esm: true,
    cache: false,
    quiet: true,
    license: 'licenses.txt',
    externals: { '@duckdb/node-bindings': '@duckdb/node-bindings' },
  })
  const files = new Map([[`${name}.js`, await small(code)]])
  let licences = ''
  for (const [path, { source }] of Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (path === 'licenses.txt') licences = source.toString()
    else if (path === `${name}.js` || path === 'package.json') continue
    else if (/^\d+\.[a-z]+\.js$/.test(path)) files.set(path, await small(source.toString()))
    else throw new Error(`${name}.js: ncc added ${path}, which we do not ship`)
  }
  return { files, licences }
}

/** ncc minifies the bundle and forgets its chunks, so all of it is done here. (swc's compressor breaks DuckDB's client.) */
async function small(code) {
  const { code: minified } = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 2 },
    keep_classnames: true,
    // Node shows the line on which a program dies: it should be one that fits the screen.
    format: { comments: false, max_line_len: 500 },
  })
  return `${minified.trimEnd()}\n`
}
