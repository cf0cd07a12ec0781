/** The few files that a preview touches outside git: a warehouse, the environment, what a caller asked to keep. */
export interface FileService {
  /** A private folder of this run, removed at its end. */
  readonly temporaryFolder: string
  /** The working tree's root: relative warehouse paths of a project must stay inside. */
  readonly workspace: string
  exists(path: string): Promise<boolean>
  /** Size, times and a hash of head and tail: equal before and after, or somebody wrote. */
  fingerprint(path: string): Promise<string>
  write(path: string, content: string | Uint8Array): Promise<void>
  read(path: string): Promise<string>
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>
  copy(from: string, to: string): Promise<void>
  /** Puts a folder or file in another's place on the same disk. */
  move(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** An absolute path, symbolic links followed as far as it exists. */
  real(path: string): Promise<string>
}
