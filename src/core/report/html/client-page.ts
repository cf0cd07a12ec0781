/** The few parts of a browser's page that the report's script uses. Core knows no browser: the page is handed to it. */
export interface ClientPage {
  readonly body: ClientElement
  readonly activeElement: ClientElement | null
  getElementById(id: string): ClientElement | null
  querySelectorAll(selector: string): ArrayLike<ClientElement>
  addEventListener(type: string, listener: (event: ClientEvent) => void): void
}

export interface ClientWindow {
  readonly location: { readonly hash: string }
  addEventListener(type: string, listener: () => void): void
}

export interface ClientElement {
  hidden: boolean
  value: string
  textContent: string | null
  readonly id: string
  readonly tagName: string
  readonly dataset: Readonly<Record<string, string | undefined>>
  readonly parentElement: ClientElement | null
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  querySelector(selector: string): ClientElement | null
  querySelectorAll(selector: string): ArrayLike<ClientElement>
  closest(selector: string): ClientElement | null
  addEventListener(type: string, listener: (event: ClientEvent) => void): void
  append(...elements: readonly ClientElement[]): void
  focus(options?: { readonly preventScroll?: boolean }): void
  scrollIntoView(options?: { readonly block: 'start' | 'nearest' }): void
}

export interface ClientEvent {
  readonly target: ClientElement | null
  readonly key?: string
  readonly ctrlKey?: boolean
  readonly metaKey?: boolean
  readonly altKey?: boolean
  preventDefault(): void
}
