const opening = 'version https://git-lfs.github.com/spec/v1\n'
/** The specification's bound: a pointer is smaller than this. */
const limit = 1024

/** Whether a blob is a Git LFS pointer: git then holds only the name of a file that lies on another server. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  if (bytes.length < opening.length || bytes.length >= limit) return false
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  return text.startsWith(opening) && /^oid sha256:[0-9a-f]{64}$/m.test(text) && /^size \d+$/m.test(text)
}
