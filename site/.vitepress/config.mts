import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vitepress'
import { sidebar } from './sidebar.mts'

/** Where all versions of the manual are, and which one this is: `next`, or that of a release, which lies below its number. */
const ROOT = process.env.SITE_ROOT ?? '/'
const VERSION = process.env.SITE_VERSION || 'next'
const BASE = VERSION === 'next' ? ROOT : `${ROOT}${VERSION}/`

const SOURCES = 'https://github.com/insightdesk/insightdesk'

function heading(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/**
 * A heading of the sidebar is a button; in VitePress's component the arrow inside of it is another one, which those who listen to
 * the page cannot reach. Fails when the component is no longer as it was.
 */
const sidebarButtons: Plugin = {
  name: 'sidebar-buttons',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/VPSidebarItem.vue')) return undefined
    let changed = code
    for (const [from, to] of [
      [':tabindex="item.items && 0"', ':tabindex="item.items && !item.link ? 0 : undefined" :aria-expanded="item.items && !item.link && item.collapsed != null ? !collapsed : undefined"'],
      ['role="button"\n        aria-label="toggle section"', ':role="item.link ? \'button\' : undefined"\n        :aria-label="item.link ? \'toggle section\' : undefined"'],
      ['tabindex="0"\n      >', ':tabindex="item.link ? 0 : undefined"\n      >'],
    ]) {
      if (!changed.includes(from)) throw new Error(`VPSidebarItem.vue has no ${from}`)
      changed = changed.replace(from, to)
    }
    return changed
  },
}

export default defineConfig({
  title: 'InsightDesk',
  description: 'A help desk as a Java library: tickets, conversations, mail and background work in your own process and your own PostgreSQL.',
  lang: 'en',
  cleanUrls: true,
  metaChunk: true,
  base: BASE,
  outDir: process.env.SITE_OUT ?? fileURLToPath(new URL('../../target/site', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../target/site-cache', import.meta.url)),
  srcExclude: ['node_modules/**', 'check/**'],
  ignoreDeadLinks: 'localhostLinks',
  head: [
    ['meta', { name: 'theme-color', content: '#14342f' }],
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${BASE}mark.svg` }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // Headings have the names that GitHub gives them: problems lead to them by their code, which has underscores.
    anchor: { slugify: heading },
    config(md) {
      // Mermaid is drawn by the reader's browser, from our own files.
      const fence = md.renderer.rules.fence!
      md.renderer.rules.fence = (tokens, index, options, env, self) => {
        if (tokens[index].info.trim() !== 'mermaid') return fence(tokens, index, options, env, self)
        const above = tokens.slice(0, index).findLastIndex((each) => each.type === 'heading_open')
        const subject = md.utils.escapeHtml(tokens[above + 1]?.content ?? '')
        return `<Diagram subject="${subject}" source="${encodeURIComponent(tokens[index].content)}" />`
      }
      // The corner of a table that names nothing is no heading.
      md.core.ruler.push('empty-headings', (state) => {
        for (const [index, token] of state.tokens.entries()) {
          if (token.type === 'th_open' && state.tokens[index + 1].content === '') token.tag = state.tokens[index + 2].tag = 'td'
        }
      })
      // Pages may lead to files of the checkout, as they do on GitHub: README.md, samples, figures of a benchmark.
      md.core.ruler.push('sources', (state) => {
        for (const token of state.tokens.flatMap((each) => each.children ?? [])) {
          const target = token.type === 'link_open' ? token.attrGet('href') : null
          if (!target || /^[a-z]+:|^[/#]/.test(target)) continue
          const base = new URL(`https://checkout/site/${state.env.relativePath}`)
          const { pathname, hash } = new URL(target, base)
          const page = pathname.startsWith('/site/') && /(\.md|\/|\/[^/.]+)$/.test(pathname)
          if (!page) token.attrSet('href', `${SOURCES}/blob/${VERSION === 'next' ? 'main' : `v${VERSION}.0`}${pathname}${hash}`)
        }
      })
    },
  },
  vite: { plugins: [sidebarButtons] },
  themeConfig: {
    root: ROOT,
    version: VERSION,
    logo: '/mark.svg',
    nav: [
      { text: 'Tutorial', link: '/tutorial/' },
      { text: 'HTTP API', link: '/reference/http/' },
      { text: 'Operate', link: '/operations/' },
      { text: 'Sources', link: SOURCES },
    ],
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    footer: {
      message: 'Apache License 2.0',
    },
    externalLinkIcon: true,
  },
})
