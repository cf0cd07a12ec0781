import type { JoinKind, JoinStep, Name } from './syntax.ts'
import type { Clauses, Output } from './clauses.ts'
import type { Bound } from './bind.ts'
import type { Writer } from './writer.ts'
import { columnText, writeExpression, writeKey } from './write-expression.ts'
import { sqlName } from './words.ts'

/** Conditions are joined with AND: what binds more loosely stands in parentheses. */
const CONDITION = 2

/** Writes one SELECT, a clause a line; `indent` stands before each line but the first. */
export function writeQuery(writer: Writer, clauses: Clauses, indent = ''): void {
  const { from, joins, where, groupBy, having, outputs, orderBy, limit, distinct } = clauses
  const line = (text: string, at?: number): void => writer.write(`\n${indent}${text}`, at)
  writer.write(distinct ? 'SELECT DISTINCT' : 'SELECT', from.at)
  writeOutputs(writer, outputs, indent)
  line('FROM ', from.at)
  writeTable(writer, from.table, from.alias)
  for (const join of joins) writeJoin(writer, join, visibleName(from.table, from.alias), line)
  writeConditions(writer, 'WHERE', where, line)
  if (groupBy !== undefined && groupBy.length > 0) {
    line('GROUP BY ', groupBy[0]?.expression.at)
    writer.list(groupBy, ', ', (key) => writeKey(writer, key))
  } else if (groupBy !== undefined && !outputs.some(isAggregate)) {
    // Nothing else would tell that all rows are one.
    line('GROUP BY ()')
  }
  writeConditions(writer, 'HAVING', having, line)
  if (orderBy.length > 0) {
    line('ORDER BY ', orderBy[0]?.key.name.at)
    writer.list(orderBy, ', ', ({ key: { name, descending }, value }) => {
      if (value === undefined) writer.write(sqlName(name.text), name.at)
      else writeKey(writer, value)
      if (descending) writer.write(' DESC')
    })
  }
  if (limit !== undefined) line(`LIMIT ${limit.count}`, limit.countAt)
}

function isAggregate(output: Output): boolean {
  return output.kind === 'computed' && output.value.aggregate !== undefined
}

/** One column stands behind SELECT, several a line each: an engine's message may know the line only. */
function writeOutputs(writer: Writer, outputs: readonly Output[], indent: string): void {
  if (outputs.length === 0) {
    writer.write(' *')
    return
  }
  const before = outputs.length === 1 ? ' ' : `\n${indent}  `
  writer.list(outputs, ',', (output) => {
    writer.write(before, output.kind === 'computed' ? output.name.at : output.at)
    writeOutput(writer, output)
  })
}

function writeOutput(writer: Writer, output: Output): void {
  if (output.kind === 'star') {
    writer.write('*', output.at)
    return
  }
  if (output.kind === 'computed') {
    const { expression } = output.value
    writeExpression(writer, output.value)
    // The key of a join, which a name of its own would only say twice.
    if (expression.kind === 'column' && expression.qualifier !== undefined && expression.name.text === output.name.text)
      return
    writer.write(` AS ${sqlName(output.name.text)}`, output.name.at)
    return
  }
  writer.write(columnText(output), output.at)
}

function writeTable(writer: Writer, table: readonly Name[], alias: Name | undefined): void {
  writer.write(table.map(({ text }) => sqlName(text)).join('.'), table[0]?.at)
  if (alias !== undefined) writer.write(` AS ${sqlName(alias.text)}`, alias.at)
}

/** What columns of a table are written with. */
function visibleName(table: readonly Name[], alias: Name | undefined): string {
  return sqlName((alias ?? table.at(-1))?.text ?? '')
}

const JOINS: Readonly<Record<JoinKind, string>> = {
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  cross: 'CROSS JOIN',
}

function writeJoin(
  writer: Writer,
  { join, table, alias, on, at }: JoinStep,
  left: string,
  line: (text: string, at?: number) => void,
): void {
  line(`${JOINS[join]} `, at)
  writeTable(writer, [table], alias)
  if (on.length === 0) return
  writer.write(' ON ')
  const right = visibleName([table], alias)
  writer.list(on, ' AND ', ({ text, at: keyAt }) => {
    writer.write(`${left}.${sqlName(text)} = ${right}.${sqlName(text)}`, keyAt)
  })
}

function writeConditions(
  writer: Writer,
  clause: string,
  conditions: readonly Bound[],
  line: (text: string, at?: number) => void,
): void {
  conditions.forEach((condition, index) => {
    line(index === 0 ? `${clause} ` : '  AND ', condition.expression.at)
    writeExpression(writer, condition, conditions.length === 1 ? undefined : CONDITION)
  })
}
