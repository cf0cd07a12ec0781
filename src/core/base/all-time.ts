/** The bounds of a first run of intervals: before and after every time that data have. */
export const EARLIEST = '1900-01-01 00:00:00'
export const LATEST = '2200-01-01 00:00:00'
