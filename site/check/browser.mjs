// Opens the site in a browser: dark at the width of a phone, light at that of a desk (with ALL_PAGES=yes both at both). axe finds
// nothing, nothing is wider than the window, nothing is asked of another machine, no script fails. With a directory as argument
// it leaves pictures there.
// Ends with 3 where there is no Chromium; CHROMIUM says where it is.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { findChromium, launchOptions } from './chromium.mjs'
import { serve } from './serve.mjs'

const WIDTHS = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } }
/** One of each kind of page. With ALL_PAGES=yes all are opened, with PAGES='/upgrade /jobs/' these. */
const PAGES = [
  '/',
  '/tutorial/',
  '/jobs/',
  '/operations/settings',
  '/explanation/architecture',
  '/reference/http/',
  '/reference/http/tickets',
  '/reference/database',
  '/comparison',
  '/benchmarks/',
  '/runbooks/DeadJobs',
]
const version = process.env.SITE_VERSION || 'next'
const base = (process.env.SITE_ROOT ?? '/') + (version === 'next' ? '' : `${version}/`)
const site = fileURLToPath(new URL(`../../target/site/${version === 'next' ? '' : version}`, import.meta.url))
const pictures = process.argv[2]
const program = findChromium()
if (!program) {
  console.error('There is no Chromium; CHROMIUM=… says where one is.')
  process.exit(3)
}
if (pictures) mkdirSync(pictures, { recursive: true })

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pages = process.env.ALL_PAGES
  ? readdirSync(site, { recursive: true })
      .filter((each) => each.endsWith('.html') && each !== '404.html' && !each.startsWith('javadoc'))
      .map((each) => '/' + each.replace(/\.html$/, '').replace(/(^|\/)index$/, '$1'))
  : (process.env.PAGES?.split(' ') ?? PAGES)
const server = await serve(site, base)
const browser = await chromium.launch(launchOptions(program))
const faults = []
try {
  for (const [place, viewport] of Object.entries(WIDTHS)) {
    for (const colorScheme of process.env.ALL_PAGES ? ['light', 'dark'] : [place === 'phone' ? 'dark' : 'light']) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
      for (const path of pages) {
        const where = `${path} (${place}, ${colorScheme})`
        const page = await context.newPage()
        page.on('pageerror', (error) => faults.push(`${where}: ${error.message}`))
        page.on('request', (request) => {
          const url = request.url()
          if (!url.startsWith(server.url) && !url.startsWith('data:')) faults.push(`${where}: asks ${url}`)
        })
        const answer = await page.goto(server.url + base + path.slice(1), { waitUntil: 'networkidle' })
        if (!answer.ok()) faults.push(`${where}: ${answer.status()}`)
        for (const diagram of await page.locator('.diagram').all()) await diagram.locator('svg').first().waitFor()
        await page.evaluate(axe)
        // Syntax colours are those of the theme for high contrast; everything is looked at, also what is beyond the fold.
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
        for (const violation of result.violations) {
          const first = violation.nodes[0]
          const message = [...first.any, ...first.all, ...first.none][0]?.message ?? ''
          faults.push(`${where}: ${violation.id}, ${violation.nodes.length} times: ${first.target.join(' ')} ${message} ${first.html.slice(0, 200)}`)
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        if (wide > 0) faults.push(`${where}: ${wide} pixels wider than the window`)
        if (pictures) {
          const name = path.replaceAll('/', '_').replace(/^_$/, '_landing')
          await page.screenshot({ path: `${pictures}/${place}-${colorScheme}${name}.png`, fullPage: path === '/' || Boolean(process.env.FULL_PICTURES) })
        }
        await page.close()
      }
      const page = await context.newPage()
      await page.goto(`${server.url}${base}tutorial/`, { waitUntil: 'networkidle' })
      await page.locator('.DocSearch-Button').click()
      await page.locator('.search-input').fill('fencing')
      await page
        .locator('.result', { hasText: 'Architecture' })
        .first()
        .waitFor({ timeout: 15_000 })
        .catch(() => faults.push(`search (${place}): does not find a word of the page about the architecture`))
      await context.close()
    }
  }
} finally {
  await browser.close()
  server.close()
}
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`${pages.length} pages in a browser, at two widths, light and dark: nothing found`)
