import * as z from 'zod'

import { documents } from '../../build/core/contract/documents.js'

/** schemas/<name>.schema.json of every output document. */
export async function schemaFiles() {
  return Object.entries(documents).map(([name, schema]) => {
    const draft = z.toJSONSchema(schema, { target: 'draft-7' })
    return [`schemas/${name}.schema.json`, `${JSON.stringify(draft, undefined, 2)}\n`]
  })
}
