/**
 * Whether an edit of the description may change what the pull request expects: a fenced block with the info string
 * `rocky-preview` stands in either version. The texts are anybody's, and up to 65,536 characters long; one pass over the
 * lines. It may say yes for nothing (a block inside another block), never no for something.
 */
export function expectationsMayHaveChanged(before: string, after: string): boolean {
  return before !== after && (hasExpectations(before) || hasExpectations(after))
}

function hasExpectations(text: string): boolean {
  return text.split(/\r\n|[\n\r]/).some((line) => FENCE.test(line))
}

/** In a list or a quotation a fence may be indented further, or stand behind a mark. */
const FENCE = /^[\s>*+\-\d.)]{0,40}(?:`{3,100}|~{3,100})[ \t]{0,20}rocky-preview(?![\w-])/i
