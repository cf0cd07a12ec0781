import { marksByWeight } from '../survey.ts'
import { layoutStyle } from './style-layout.ts'

/** Colours have a contrast of at least 4.5 with what they stand on, in both schemes. */
const colours = `:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#d8dee4;--soft:#eef1f4;--ink:#1c2128;--dim:#59636e;--link:#0550ae;--broken:#b3161f;--broken-soft:#ffebe9;--differs:#9a3d00;--differs-soft:#fff1e5;--unsure:#7a5400;--unsure-soft:#fff8c5;--same:#116329;--same-soft:#dafbe1;--untouched:#59636e;--untouched-soft:#eef1f4;--was:#8c959f;--is:#0969da;--shadow:0 1px 3px #1c212814}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--card:#151b23;--line:#30363d;--soft:#212830;--ink:#e6edf3;--dim:#9da7b3;--link:#79b8ff;--broken:#ff8f88;--broken-soft:#3c1618;--differs:#f7a55f;--differs-soft:#3b2300;--unsure:#e3b341;--unsure-soft:#332600;--same:#56d364;--same-soft:#0f2d19;--untouched:#9da7b3;--untouched-soft:#212830;--was:#6e7681;--is:#58a6ff;--shadow:none}}`

/** Marks, charts and pictures: one colour a meaning. */
const meaning = marksByWeight
  .map(
    (mark) =>
      `.mark.${mark}{color:var(--${mark});background:var(--${mark}-soft)}.chip.${mark} b{color:var(--${mark})}.chip.${mark}[aria-pressed=true]{background:var(--${mark}-soft);border-color:var(--${mark})}svg .${mark}{fill:var(--${mark})}svg.lineage .${mark} rect{fill:var(--${mark}-soft);stroke:var(--${mark})}.card.${mark},.top.${mark}{border-left-color:var(--${mark})}`,
  )
  .join('')

export const style = `${colours}${layoutStyle}${meaning}`

/** Where scripts do not run everything is unfolded, and what needs them is gone. */
export const styleWithoutScript = '.more[hidden]{display:table-row!important}.tools{display:none!important}'
