import type { ModelRow } from '../contract/model.ts'

/** `models/marts/`: the folder of a model's file. */
export function folderOf({ path = '' }: Pick<ModelRow, 'path'>): string {
  const folder = path.split('/').slice(0, -1)
  return folder.length === 0 ? './' : `${folder.join('/')}/`
}
