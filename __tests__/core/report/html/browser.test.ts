import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { renderHtml } from '../../../../src/core/report/html/page.ts'
import { chromiumPath, launchChromium } from '../../../support/chromium.ts'
import { runOf, wideResult } from '../scenes.ts'
import { richRun } from './rich-run.ts'

const found = chromiumPath()
if (found === undefined) console.warn('No Chromium here: the page is not looked at. ROCKY_PREVIEW_CHROMIUM names one.')
const inChromium = found === undefined ? describe.skip : describe

inChromium('the page, in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rocky-preview-page-'))
  const small = join(folder, 'small.html')
  const wide = join(folder, 'wide.html')
  const costly = join(folder, 'costly.html')
  let browser: Browser
  let page: Page
  /** Whatever a page that loads nothing and has no faults does not do. */
  let noise: string[]

  beforeAll(async () => {
    writeFileSync(small, renderHtml(richRun()))
    writeFileSync(costly, renderHtml(costlyRun()))
    writeFileSync(wide, renderHtml(runOf(wideResult(300))))
    browser = await launchChromium(found ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    noise = []
  })
  afterEach(async () => {
    await page.context().close()
    expect(noise).toEqual([])
  })

  async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
    const context = await browser.newContext(options)
    page = await context.newPage()
    page.on('console', (message) => noise.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => noise.push(`dialog: ${dialog.message()}`))
    const own = pathToFileURL(path).href
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== own) noise.push(`request: ${request.url()}`)
    })
    await page.goto(own)
  }

  const shown = () => page.locator('.models>tbody:not([hidden]) .name').allTextContents()
  const status = () => page.locator('#shown').textContent()

  it('draws what a run costs on both sides, with names for those who do not see it, and on paper', async () => {
    await open(costly, { javaScriptEnabled: false })
    const charts = page.locator('table.cost svg[role=img]')
    const names = await attributes(charts, 'aria-label')
    expect(names.length).toBeGreaterThan(2)
    for (const name of names) expect(name).toMatch(/^(?:Time|Rows written|Bytes read|Bytes written|USD) of \S+: base /)
    expect(names.some((name) => name.startsWith('Bytes read of '))).toBe(true)
    expect(names.some((name) => name.includes(' ± '))).toBe(true)
    expect(await page.locator('table.cost svg .noise').count()).toBeGreaterThan(0)
    // No bar and no whisker leaves its picture.
    const bars = charts.locator('rect')
    const [starts, widths] = [await attributes(bars, 'x'), await attributes(bars, 'width')]
    expect(widths.length).toBeGreaterThan(names.length)
    for (const [index, width] of widths.entries()) expect(Number(starts[index]) + Number(width)).toBeLessThan(100.01)
    await page.emulateMedia({ media: 'print' })
    expect(await charts.first().isVisible()).toBe(true)
  })

  it('finds models by name, file and column', async () => {
    await open(small)
    await page.fill('#search', 'net_amount')
    expect(await shown()).toEqual(['fct_revenue'])
    expect(await status()).toBe('1 of 13 models')
    await page.fill('#search', 'MODELS/ fct')
    expect(await shown()).toEqual(['fct_revenue', 'fct_orders'])
    await page.fill('#search', 'no such thing')
    expect(await page.locator('#nothing').isVisible()).toBe(true)
  })

  it('shows only what has the chosen marks', async () => {
    await open(small)
    await page.click('[data-filter=unsure]')
    expect(await shown()).toEqual(['sessions', 'fct_orders'])
    await page.click('[data-filter=broken]')
    expect(await shown()).toEqual(['stg_orders', 'dim_customer', 'sessions', 'fct_orders'])
    expect(await page.getAttribute('[data-filter=broken]', 'aria-pressed')).toBe('true')
    await page.click('[data-filter=unsure]')
    await page.click('[data-filter=broken]')
    expect(await shown()).toHaveLength(13)
  })

  it('sorts by a column, and turns the order round', async () => {
    await open(small)
    await page.click('[data-sort=name]')
    const names = await shown()
    expect(names).toEqual([...names].sort())
    await page.click('[data-sort=name]')
    expect(await shown()).toEqual([...names].reverse())
    expect(await page.locator('th[aria-sort=descending]').textContent()).toBe('Model')
    await page.click('[data-sort=cost]')
    expect((await shown())[0]).toBe('fct_revenue')
    await page.click('[data-sort=state]')
    expect((await shown())[0]).toBe('stg_orders')
  })

  it('can be used with the keyboard alone', async () => {
    await open(small)
    await page.keyboard.press('/')
    await page.keyboard.type('revenue')
    expect(await shown()).toEqual(['fct_revenue', 'daily_revenue'])
    await page.keyboard.press('Tab')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await page.locator(':focus').textContent()).toBe('daily_revenue')
    await page.keyboard.press('k')
    expect(await page.locator(':focus').textContent()).toBe('fct_revenue')
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
    await page.keyboard.press('Enter')
    expect(await page.locator(':focus').getAttribute('aria-expanded')).toBe('true')
    expect(await page.locator('.more:visible').textContent()).toContain('Revenue by order, in US dollars.')
    await page.keyboard.press('j')
    expect(await page.locator(':focus').textContent()).toBe('daily_revenue')
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    expect(await shown()).toHaveLength(13)
  })

  it('leads from the picture to the model, whatever is filtered', async () => {
    await open(small)
    await page.fill('#search', 'nothing is like this')
    await page.click('svg.lineage a[aria-label^="fct_revenue"]')
    expect(await page.locator('.more:visible').count()).toBe(1)
    expect(await page.locator(':focus').textContent()).toBe('fct_revenue')
  })

  it('unfolds what stirs for paper, and folds it again', async () => {
    await open(small)
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    expect(await page.locator('button[aria-expanded=true]').count()).toBe(7)
    await page.evaluate('dispatchEvent(new Event("afterprint"))')
    expect(await page.locator('button[aria-expanded=true]').count()).toBe(0)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.tools').isVisible()).toBe(false)
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
  })

  it('can be read where no script runs', async () => {
    await open(small, { javaScriptEnabled: false })
    expect(await page.locator('.more').first().isVisible()).toBe(true)
    expect(await page.locator('.tools').isVisible()).toBe(false)
  })

  it.each([390, 1280])('is no wider than a screen of %i', async (width) => {
    await open(small, { viewport: { width, height: 800 } })
    await page.click('#unfold')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })

  it.each(['light', 'dark'] as const)(
    'has no fault that axe knows of, in %s',
    async (colorScheme) => {
      await open(small, { colorScheme })
      await page.click('#unfold')
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
      const faults = await page.evaluate(
        'axe.run().then(({violations}) => violations.map(({id, nodes}) => id + ": " + nodes[0].html + " " + nodes[0].failureSummary))',
      )
      expect(faults).toEqual([])
    },
    120_000,
  )

  it('takes 300 models, in less than 2 MB', async () => {
    await open(wide)
    expect(readFileSync(wide).length).toBeLessThan(2_000_000)
    await page.fill('#search', 'area_3_model_0291')
    expect(await status()).toBe('1 of 300 models')
  })
})

/** One model that takes more of everything, and a time that is known within a tenth. */
function costlyRun(): ReturnType<typeof richRun> {
  const run = richRun()
  const per_model = run.cost.per_model.map((row, index) =>
    index > 0
      ? row
      : {
          ...row,
          skipped_via_copy: false,
          base_duration_ms: 1_000,
          branch_duration_ms: 3_000,
          base_bytes_scanned: 1e9,
          branch_bytes_scanned: 4e9,
          base_figures: { bytes_written: 1e6 },
          branch_figures: { bytes_written: 2e6 },
          time: { change: 'slower' as const, base_ms: 1_000, branch_ms: 3_000, noise_ms: 200, runs: 3 },
          moved: ['bytes-scanned' as const, 'time' as const],
        },
  )
  return { ...run, cost: { ...run.cost, per_model } }
}

/** One of each element, '' where it has none. */
async function attributes(elements: Locator, name: string): Promise<readonly string[]> {
  const all = await elements.all()
  return Promise.all(all.map(async (element) => (await element.getAttribute(name)) ?? ''))
}
