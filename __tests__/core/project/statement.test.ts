import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readStatement } from '../../../src/core/project/statement.ts'

describe('readStatement', () => {
  it.each([
    ['as it stands', 'select 1', 'select 1', 0],
    ['trimmed', '\n  select 1\n\n', 'select 1', 1],
    ['without its semicolon', 'select 1;\n', 'select 1', 0],
    ['without what is said behind the semicolon', 'select 1; -- done\n/* really; */', 'select 1', 0],
    ['with a semicolon in a comment at its end', 'select 1 -- a; b', 'select 1 -- a; b', 0],
    ['with a semicolon in a block comment', 'select 1 /* ; /* ; */ ; */', 'select 1 /* ; /* ; */ ; */', 0],
    ['with a comment before the semicolon', 'select 1 -- one\n;', 'select 1 -- one', 0],
    ['with semicolons in quotes', `select ';', ";", 'it''s;'`, `select ';', ";", 'it''s;'`, 0],
    ['with an escaped quote', `select e'\\';' ;`, `select e'\\';'`, 0],
    ['with a backslash that escapes nothing', `select name'\\';`, `select name'\\'`, 0],
    ['with dollar quotes', 'select $$;$$, $a$;$$;$a$;', 'select $$;$$, $a$;$$;$a$', 0],
    ['whole where a second statement follows', 'select 1; drop table x;', 'select 1; drop table x', 0],
    ['with comments above it', '-- first\n\nselect 1', '-- first\n\nselect 1', 0],
    ['below its front matter', '---toml\nname = "a"\n---\n\nselect 1;', 'select 1', 4],
    ['below its front matter, as on Windows', '---toml\r\nname = "a"\r\n---\r\nselect\r\n1\r\n', 'select\r\n1', 3],
  ])('takes a query %s', (_, text, sql, lineOffset) => {
    expect(readStatement(text)).toMatchObject({ kind: 'query', sql, lineOffset })
  })

  it('keeps front matter at the lines where it stands', () => {
    expect(readStatement('\n---toml\nname = "a"\n---\nselect 1')).toMatchObject({ frontMatter: '\n\nname = "a"\n' })
  })

  it.each([
    ['nothing', '', 'The file holds no query.'],
    ['only comments', '-- a\n/* b */ ;', 'The file holds no query.'],
    ['only front matter', '---toml\n---', 'The file holds no query.'],
    ['front matter without an end', '---toml\nname = "a"\n', 'The front matter is not closed.'],
    ['a NUL byte', 'select \0', 'The file holds a NUL byte.'],
    ['more than 256 KiB', `select '${'ü'.repeat(128 * 1024)}'`, 'The file is larger than 256 KiB.'],
  ])('refuses %s', (_, text, message) => {
    expect(readStatement(text)).toMatchObject({ kind: 'invalid', message })
  })

  it('takes a query that is as large as may be', () => {
    const text = `select 1 ${'-'.repeat(256 * 1024 - 9)}`
    expect(readStatement(text)).toMatchObject({ kind: 'query', sql: text })
  })

  it('takes from the text and adds nothing to it', () => {
    const unit = fc.constantFrom("'", '"', ';', '-', '/', '*', '$', 'e', '\\', '\n', ' ', '1')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const statement = readStatement(text)
        if (statement.kind === 'query') {
          expect(text).toContain(statement.sql)
          expect(text.split('\n')[statement.lineOffset]).toContain(statement.sql.split('\n')[0])
        }
      }),
    )
  })
})
