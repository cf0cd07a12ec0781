import { input } from './input.ts'
import * as parse from './input-parsers.ts'

/** What is known of prices and schedules from outside the project. */
export const costInputs = {
  'runner-price-per-minute': input({
    description:
      'What a minute of this runner costs, in US dollars. Prices the models of a DuckDB project, and the preview itself.',
    default: '',
    legal: 'a number above 0, such as 0.008',
    parse: parse.optional(parse.positiveNumber),
  }),
  'runs-per-month': input({
    description:
      'How often the models run in a month. Unless given, their schedule or freshness says, where they have one.',
    default: '',
    legal: 'a number above 0',
    parse: parse.optional(parse.positiveNumber),
  }),
  'max-cost-usd': input({
    description:
      'What the preview itself may cost, in US dollars, at runner-price-per-minute. What would cost more is compared less closely, or only planned; the report says so.',
    default: '',
    legal: 'a number above 0, such as 0.50',
    parse: parse.optional(parse.positiveNumber),
  }),
  records: input({
    description:
      'DuckDB file that keeps what runs have measured. Restore it before this step and save it afterwards, and estimates, trends and base figures come from it.',
    default: '',
    legal: 'a path',
    parse: parse.text,
  }),
}
