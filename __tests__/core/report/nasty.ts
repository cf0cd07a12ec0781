import fc from 'fast-check'

/** How many strings, and which. 20,000 take some minutes: `ROCKY_PREVIEW_STRINGS=20000`, and another `ROCKY_PREVIEW_SEED`. */
const COUNT = Number(process.env['ROCKY_PREVIEW_STRINGS'] ?? 3_000)
const SEED = Number(process.env['ROCKY_PREVIEW_SEED'] ?? 20_261_121)

/** What people have broken reports with, and what Markdown, HTML or GitHub would read. */
export const nastyStrings: readonly string[] = [
  '</details><h1>hi',
  '</summary></details>',
  '</code></td></tr></table>',
  '</style><script>alert(1)</script>',
  '<!-- rocky-preview:v1 key=default -->',
  '--><b>',
  '<![CDATA[x]]>',
  '<?php ?>',
  '<!doctype html>',
  '<img src=x onerror=alert(1)>',
  '![](https://evil.example/x.png)',
  '[x](javascript:alert(1))',
  '[x]: https://evil.example',
  '[^1]: note',
  '[^1]',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'mail@evil.example',
  '@everyone #12 org/repo#5 GH-7',
  '0123abc4567',
  '| a | b |',
  '|---|---|',
  '\\|',
  '\\',
  '\\\\`',
  '`x` ``y``',
  '```',
  '~~~',
  '````sql',
  '`',
  '*a* _b_ **c** __d__ ~~e~~',
  '$x$ $$y$$',
  ':smile:',
  '# heading',
  '- [ ] task',
  '1. one',
  '> quote',
  '---',
  '===',
  '    code',
  '\tcode',
  'a\nb\r\nc\td\re',
  '\n\n# new block',
  '&lt;b&gt; &#60; &amp; &copy; &#x3c;',
  '&',
  '"onmouseover="alert(1)',
  "'onmouseover='alert(1)",
  'a=b',
  '\u202eabc\u200b\ufeff',
  '\u2028\u2029',
  '\ud800',
  '\udc00\ud800',
  '\u0000',
  '\u001b[2J',
  '\u3164\uffa0',
  '/approve',
  ' leading and trailing ',
  '',
]

/** The nasty ones, alone and put together with anything else. */
export function hostileStrings(): readonly string[] {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...nastyStrings) },
    {
      weight: 3,
      arbitrary: fc.string({
        unit: fc.constantFrom(...Array.from('<>&"\'`|\\*_~[]()#!-=:/@$ \n\r\tax1')),
        maxLength: 8,
      }),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  )
  const strings = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''))
  return [...nastyStrings, ...fc.sample(strings, { numRuns: COUNT, seed: SEED })]
}

/** In portions: a document of many is parsed faster than many of one, and what escapes one place is found in the next. */
export function portions(strings: readonly string[], size = 50): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(strings.length / size) }, (_, index) =>
    strings.slice(index * size, (index + 1) * size),
  )
}
