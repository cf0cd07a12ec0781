import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

type Node = DefaultTreeAdapterTypes.Node
export type Element = DefaultTreeAdapterTypes.Element

/** What GitHub's Markdown comes to, HTML in it included, as a browser would read it. */
export function treeOfMarkdown(markdown: string): Node {
  return treeOfHtml(micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }))
}

export function treeOfHtml(html: string): Node {
  return parseFragment(html)
}

/** All elements, outermost first. */
export function elementsIn(node: Node): readonly Element[] {
  const children = 'childNodes' in node ? node.childNodes.flatMap((child) => elementsIn(child)) : []
  return 'tagName' in node ? [node, ...children] : children
}

export function named(node: Node, tag: string): readonly Element[] {
  return elementsIn(node).filter(({ tagName }) => tagName === tag)
}

export function textIn(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textIn).join('') : ''
}

/** Comments and doctypes: nothing of ours writes one. */
export function strayIn(node: Node): number {
  const own = node.nodeName === '#comment' || node.nodeName === '#documentType' ? 1 : 0
  return 'childNodes' in node ? node.childNodes.reduce((sum, child) => sum + strayIn(child), own) : own
}
