/** This program's version: package.json says the same, and a test sees to it. */
export const version = '0.1.0'
