import type { ClientElement, ClientEvent, ClientPage, ClientWindow } from './client-page.ts'

/**
 * What makes the report's page searchable. It runs in the reader's browser, not here: its text is put into the page, so
 * it may use nothing from outside itself but what it is handed.
 */
export function client(page: ClientPage, view: ClientWindow): void {
  const search = page.getElementById('search')
  const shown = page.getElementById('shown')
  const nothing = page.getElementById('nothing')
  const unfold = page.getElementById('unfold')
  const models = Array.from(page.querySelectorAll('.models>tbody')).map((body, rank) => {
    const head = body.querySelector('th')
    return {
      body,
      rank,
      mark: body.dataset['mark'] ?? '',
      name: body.querySelector('.name')?.textContent ?? '',
      words: `${head?.textContent ?? ''} ${body.dataset['words'] ?? ''}`.toLowerCase(),
      rows: Number(body.dataset['rows']),
      cost: Number(body.dataset['cost']),
      button: body.querySelector('button.name'),
      more: body.querySelector('.more'),
    }
  })
  type Model = (typeof models)[number]

  const chosen = new Set<string>()
  const chips = Array.from(page.querySelectorAll('[data-filter]'))

  function apply(): void {
    const asked = (search?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    let n = 0
    for (const { body, mark, words } of models) {
      const fits = (chosen.size === 0 || chosen.has(mark)) && asked.every((word) => words.includes(word))
      if (body.hidden === fits) body.hidden = !fits
      if (fits) n += 1
    }
    if (shown !== null) {
      shown.textContent =
        n === models.length ? `${String(n)} models` : `${String(n)} of ${String(models.length)} models`
    }
    if (nothing !== null) nothing.hidden = n > 0
  }

  function open(model: Model, isOpen: boolean): void {
    if (model.more === null) return
    model.more.hidden = !isOpen
    model.button?.setAttribute('aria-expanded', String(isOpen))
  }

  const isOpen = ({ button }: Model): boolean => button?.getAttribute('aria-expanded') === 'true'

  for (const model of models) model.button?.addEventListener('click', () => open(model, !isOpen(model)))

  for (const chip of chips) {
    chip.addEventListener('click', () => {
      const mark = chip.dataset['filter'] ?? ''
      const isOn = !chosen.has(mark)
      if (isOn) chosen.add(mark)
      else chosen.delete(mark)
      chip.setAttribute('aria-pressed', String(isOn))
      apply()
    })
  }

  search?.addEventListener('input', apply)

  unfold?.addEventListener('click', () => {
    const isOn = unfold.getAttribute('aria-pressed') !== 'true'
    unfold.setAttribute('aria-pressed', String(isOn))
    for (const model of models) if (!model.body.hidden) open(model, isOn)
  })

  const orders: Readonly<Record<string, (a: Model, b: Model) => number>> = {
    state: (a, b) => a.rank - b.rank,
    name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    rows: (a, b) => b.rows - a.rows || a.rank - b.rank,
    cost: (a, b) => b.cost - a.cost || a.rank - b.rank,
  }

  function sort(button: ClientElement): void {
    const head = button.closest('th')
    const table = button.closest('table')
    const order = orders[button.dataset['sort'] ?? '']
    if (head === null || table === null || order === undefined) return
    const first = button.dataset['sort'] === 'name' ? 'ascending' : 'descending'
    const isTurned = head.getAttribute('aria-sort') === first
    for (const other of Array.from(page.querySelectorAll('[aria-sort]'))) other.setAttribute('aria-sort', 'none')
    head.setAttribute('aria-sort', isTurned ? (first === 'ascending' ? 'descending' : 'ascending') : first)
    const sorted = [...models].sort(isTurned ? (a, b) => order(b, a) : order)
    table.append(...sorted.map(({ body }) => body))
    models.splice(0, models.length, ...sorted)
  }

  for (const button of Array.from(page.querySelectorAll('[data-sort]'))) {
    button.addEventListener('click', () => sort(button))
  }

  /** The address names a model: it is shown, whatever is filtered. */
  function follow(): void {
    const id = view.location.hash.slice(1)
    const model = models.find(({ body }) => body.id === id && id !== '')
    if (model === undefined) return
    if (model.body.hidden) {
      if (search !== null) search.value = ''
      chosen.clear()
      for (const chip of chips) chip.setAttribute('aria-pressed', 'false')
      apply()
    }
    open(model, true)
    model.button?.focus({ preventScroll: true })
    model.body.scrollIntoView({ block: 'start' })
  }

  function step(by: 1 | -1): void {
    const reachable = models.filter(({ body, button }) => button !== null && !body.hidden)
    const now = reachable.findIndex(({ button }) => button === page.activeElement)
    const next = reachable[now === -1 ? (by === 1 ? 0 : reachable.length - 1) : now + by]
    next?.button?.focus()
    next?.button?.scrollIntoView({ block: 'nearest' })
  }

  page.addEventListener('keydown', (event: ClientEvent) => {
    if (event.ctrlKey === true || event.metaKey === true || event.altKey === true) return
    const isTyping = event.target?.tagName === 'INPUT'
    if (event.key === 'Escape' && isTyping && search !== null) {
      search.value = ''
      apply()
    }
    if (isTyping) return
    if (event.key === '/') {
      event.preventDefault()
      search?.focus()
    } else if (event.key === 'j') step(1)
    else if (event.key === 'k') step(-1)
  })

  // Paper cannot be unfolded: what stirs is printed whole, and folded again.
  const folded = new Set<Model>()
  view.addEventListener('beforeprint', () => {
    for (const model of models) {
      if (isOpen(model) || model.body.hidden || !['broken', 'differs', 'unsure'].includes(model.mark)) continue
      folded.add(model)
      open(model, true)
    }
  })
  view.addEventListener('afterprint', () => {
    for (const model of folded) open(model, false)
    folded.clear()
  })
  view.addEventListener('hashchange', follow)
  page.body.setAttribute('data-ready', '')
  follow()
}
