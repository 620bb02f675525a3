// Makes the manual a second time, as that of a release, beside the one in target/site, and goes from one to the other and back in a browser,
// as readers do. Ends with 3 where there is no Chromium; then only what lies where was checked.
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { sideBySide } from '../versions.mjs'
import { findChromium, launchOptions } from './chromium.mjs'
import { serve } from './serve.mjs'

const target = fileURLToPath(new URL('../../target', import.meta.url))
const directory = fileURLToPath(new URL('..', import.meta.url))
const both = join(target, 'site-versions')
const published = join(target, 'site-published')
for (const each of [both, published]) rmSync(each, { recursive: true, force: true })

// Published before: next, and 0.9. Made now: 0.10, alone.
cpSync(join(target, 'site'), published, { recursive: true, filter: (each) => !each.includes('/javadoc') })
mkdirSync(join(published, '0.9'))
writeFileSync(join(published, '0.9/index.html'), '<!doctype html><title>Old</title>')
mkdirSync(both)
const made = spawnSync('npm', ['run', '--silent', '--prefix', directory, 'build'], {
  encoding: 'utf8',
  env: { ...process.env, SITE_VERSION: '0.10', SITE_OUT: join(both, '0.10'), VITE_JAVADOC: '' },
})
assert.equal(made.status, 0, made.stderr + made.stdout)
assert.deepEqual(sideBySide(both, published), ['next', '0.10', '0.9'])
assert.deepEqual(JSON.parse(readFileSync(join(both, 'versions.json'))), ['next', '0.10', '0.9'])
assert.ok(existsSync(join(both, '0.9/index.html')), 'what was released before is still there')
assert.ok(existsSync(join(both, 'tutorial/index.html')), 'what comes next is still there')

const program = findChromium()
if (!program) process.exit(3)
const server = await serve(both)
const browser = await chromium.launch(launchOptions(program))
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  const asked = []
  page.on('response', (answer) => asked.push([new URL(answer.url()).pathname, answer.status()]))
  const choice = page.locator('.VPNavBar select[aria-label="Version of this manual"]')
  const at = (path) => page.waitForURL(`${server.url}${path}`, { waitUntil: 'networkidle' })

  await page.goto(`${server.url}/tutorial/`, { waitUntil: 'networkidle' })
  await choice.waitFor()
  assert.equal(await choice.inputValue(), 'next')
  asked.length = 0
  await choice.selectOption('0.10')
  await at('/0.10/tutorial/')
  assert.equal(await choice.inputValue(), '0.10')
  const outside = asked.filter(([path]) => !path.startsWith('/0.10/') && path !== '/versions.json')
  assert.deepEqual(outside, [], 'a version takes nothing of another')
  assert.deepEqual(asked.filter(([, status]) => status >= 400), [], 'nothing is missing')
  await page.locator('.VPSidebar a[href="/0.10/comparison"]').first().click()
  await at('/0.10/comparison')
  // 0.9 has no such page.
  await choice.selectOption('0.9')
  await at('/0.9/')
} finally {
  await browser.close()
  server.close()
}
console.log('Two versions side by side: one leads to the other')
