/** How a file begins that Git LFS has put a pointer in the place of. */
export const LFS_POINTER = 'version https://git-lfs.github.com/spec/'
