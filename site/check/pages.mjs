// Checks the site that was built: every link of it leads somewhere, also to its heading; every page is in the sidebar; relative
// links in the Markdown exist in the checkout, as readers there follow them; shell blocks are valid; and the pages that list
// what the sources have (events, metrics, commands, packages, decisions) list all of it and nothing else. With --write the list of
// decisions is written anew.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const site = join(checkout, 'site')
/** Where it lies: a release below its number. */
const version = process.env.SITE_VERSION || 'next'
const base = (process.env.SITE_ROOT ?? '/') + (version === 'next' ? '' : `${version}/`)
const built = join(checkout, 'target/site', version === 'next' ? '' : version)
const faults = []
const fault = (where, what) => faults.push(`${where}: ${what}`)

function files(directory, wanted) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return ['node_modules', 'target', '.git'].includes(entry.name) ? [] : files(path, wanted)
    return wanted(path) ? [path] : []
  })
}

const read = (path) => readFileSync(join(checkout, path), 'utf8')

/** What people and browsers see. */
function checkBuiltPages() {
  const pages = new Map()
  for (const path of files(built, (each) => each.endsWith('.html') && !each.includes('/javadoc/'))) {
    const html = readFileSync(path, 'utf8')
    const address = '/' + relative(built, path).replace(/\.html$/, '').replace(/(^|\/)index$/, '$1')
    pages.set(address, { html, ids: new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => unescape(id))) })
  }
  let links = 0
  for (const [address, { html }] of pages) {
    if (address === '/404') continue
    for (const [, raw] of html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
      const href = unescape(raw)
      if (/^(https?|mailto):/.test(href)) continue
      links++
      const target = new URL(href, `http://site${base}${address.slice(1)}`)
      const asked = decodeURIComponent(target.pathname)
      if (!asked.startsWith(base)) {
        fault(address, `leads to ${href}, which is outside of this version`)
        continue
      }
      const path = '/' + asked.slice(base.length)
      const page = pages.get(path)
      if (page) {
        const id = decodeURIComponent(target.hash.slice(1))
        if (id && !page.ids.has(id)) fault(address, `leads to ${href}, and there is no such heading`)
      } else if (!existsSync(join(built, path)) || statSync(join(built, path)).isDirectory()) {
        fault(address, `leads to ${href}, which is not there`)
      }
    }
    for (const [, src] of html.matchAll(/<(?:img|script|link)\s[^>]*?(?:src|href)="([^"]+)"/g)) {
      if (/^https?:/.test(src)) fault(address, `takes ${src} from another machine`)
    }
  }
  // The sidebar is the same on each page; the landing page has none.
  const { html } = pages.get('/tutorial/')
  const navigation = html.slice(html.indexOf('id="VPSidebarNav"'), html.indexOf('id="VPContent"'))
  const listed = new Set([...navigation.matchAll(/href="([^"]+)"/g)].map(([, href]) => '/' + unescape(href).slice(base.length)))
  for (const address of pages.keys()) {
    if (!['/', '/404'].includes(address) && !listed.has(address)) fault(address, 'is not in the sidebar')
  }
  return `${pages.size} pages, ${links} links`
}

function unescape(text) {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}

/** What readers of the checkout see, and what they copy out of it. */
function checkSources() {
  let shell = 0
  const sources = [
    ...files(site, (each) => each.endsWith('.md')),
    ...readdirSync(checkout).filter((each) => each.endsWith('.md')).map((each) => join(checkout, each)),
  ]
  for (const path of sources) {
    const name = relative(checkout, path)
    const text = readFileSync(path, 'utf8')
    for (const [, target] of text.replace(/^(```+)[^\n]*\n[\s\S]*?^\1/gm, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^([a-z]+:|#)/.test(target)) continue
      const file = decodeURIComponent(target.split('#')[0])
      const found = file.startsWith('/') ? join(site, file) : resolve(dirname(path), file)
      // The pages of operations are written at build time; links to them are checked there.
      if (!existsSync(found) && !/\/reference\/http\/[a-z-]+\.md$/.test(found)) fault(name, `leads to ${target}, which is not there`)
    }
    for (const [, indent, block] of text.matchAll(/^( *)```(?:shell|bash|sh)\n([\s\S]*?)^ *```/gm)) {
      shell++
      const script = block.split('\n').map((line) => line.slice(indent.length)).join('\n')
      const result = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })
      if (result.status !== 0) fault(name, `${result.stderr.trim()} in\n${script}`)
      const checked = spawnSync('shellcheck', ['-s', 'bash', '-e', 'SC2154,SC1090,SC1091,SC2164,SC2034', '-'], { input: script, encoding: 'utf8' })
      if (checked.error?.code !== 'ENOENT' && checked.status !== 0) fault(name, `${checked.stdout.trim()} in\n${script}`)
    }
  }
  return `${shell} blocks of shell`
}

/** Holds a page equal to the sources. */
function same(page, what, inSources, onPage) {
  for (const each of inSources) if (!onPage.has(each)) fault(page, `lacks the ${what} ${each}`)
  for (const each of onPage) if (!inSources.has(each)) fault(page, `has the ${what} ${each}, which the sources have not`)
  if (inSources.size === 0) fault(page, `no ${what} was found in the sources`)
}

const all = (text, pattern) => new Set([...text.matchAll(pattern)].map((match) => match[1]))

function checkRegisters() {
  const java = (directory) => files(join(checkout, directory), (each) => each.endsWith('.java')).map((each) => [each, readFileSync(each, 'utf8')])
  const core = java('insightdesk-core/src/main/java')
  const library = [...core, ...java('insightdesk-jaxrs/src/main/java'), ...java('samples/standalone-server/src/main/java')]

  // A type of event is a noun and a past participle. Other words of that form, such as codes of problems, are named here.
  const verbs = 'created|changed|added|removed|restored|revoked|erased|redacted|exported|read|requested|placed|released|set|' +
    'cancelled|retried|discarded|paused|resumed|configured|fired|invited|verified|renewed|succeeded|failed|ended|reused|suspended|renamed|reversed'
  const noEvents = new Set([
    'cancel_requested', 'migration_failed', 'processing_failed', 'idempotency_key_reused', 'login_not_configured', 'login_mail_not_configured',
    'security_keys_not_configured',
  ])
  const types = new Set()
  for (const [, text] of core) {
    for (const type of all(text, new RegExp(`"([a-z]+(?:_[a-z]+)*_(?:${verbs}))"`, 'g'))) {
      if (!noEvents.has(type)) types.add(type)
    }
  }
  const events = read('site/reference/events.md')
  same('site/reference/events.md', 'event', types, all(events.slice(events.indexOf('## About a ticket')), /`([a-z]+(?:_[a-z]+)+)`/g))

  const meters = new Set()
  for (const [, text] of library) {
    for (const name of all(text, /(?:\.builder|\.counter|\.timer|\.gauge|\.summary)\(\s*"(insightdesk\.[a-z.]+)"/g)) meters.add(name)
  }
  same('site/reference/metrics.md', 'meter', meters, all(read('site/reference/metrics.md'), /^\| `(insightdesk\.[a-z.]+)`/gm))

  const commands = new Set(['bench', 'verify-all'])
  const visible = /@Command\(\s*name = "([a-z-]+)"(?![^)]*hidden = true)/g
  for (const [path, text] of java('insightdesk-devenv/devenv/src/main/java/io/insightdesk/devenv/command')) {
    // What is indented is a command of a command.
    for (const name of all(text.replaceAll(/^ +@Command/gm, ''), visible)) if (name !== 'desk') commands.add(name)
  }
  same('site/reference/commands.md', 'command', commands, all(read('site/reference/commands.md'), /^\| `desk ([a-z-]+)`/gm))

  const packages = new Set()
  for (const module of ['insightdesk-core', 'insightdesk-jaxrs', 'insightdesk-devenv/servers', 'insightdesk-devenv/devenv']) {
    for (const [path, text] of java(`${module}/src/main/java`)) {
      if (path.endsWith('package-info.java') && !path.includes('/internal/')) packages.add(/^package ([a-z.]+);/m.exec(text)[1])
    }
  }
  same('site/reference/java.md', 'package', packages, all(read('site/reference/java.md'), /^\| `([a-z.]+)`/gm))

  // In which order features may use each other.
  const rules = read('insightdesk-core/src/test/java/io/insightdesk/ArchitectureRules.java')
  const known = new Set([...packages].map((each) => each.split('.')[2]))
  const order = [...all(/List\.of\(\s*"error"[^)]*\)/.exec(rules)[0], /"([a-z]+)"/g)].filter((each) => known.has(each))
  const told = read('site/explanation/architecture.md').match(/^`error`.*$/m)[0].match(/[a-z]+/g)
  if (order.join() !== told.join()) fault('site/explanation/architecture.md', `tells another order of features than ${order.join(', ')}`)

  const index = join(site, 'decisions/index.md')
  if (process.argv.includes('--write')) {
    const rows = readdirSync(join(site, 'decisions')).filter((each) => /^\d/.test(each)).sort().map((name) => {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(`site/decisions/${name}`))
      return `| ${number} | [${title}](${name}) |\n`
    })
    const text = readFileSync(index, 'utf8')
    writeFileSync(index, text.slice(0, text.indexOf('|---|---|\n') + '|---|---|\n'.length) + rows.join(''))
  }
  const decisions = new Set(readdirSync(join(site, 'decisions')).filter((each) => /^\d/.test(each)))
  same('site/decisions/index.md', 'decision', decisions, all(read('site/decisions/index.md'), /\]\((\d[^)]+\.md)\)/g))
  return `${types.size} events, ${meters.size} meters, ${commands.size} commands, ${packages.size} packages, ${decisions.size} decisions`
}

const told = [checkBuiltPages(), checkSources(), checkRegisters()]
if (faults.length > 0) {
  console.error(faults.join('\n'))
  process.exit(1)
}
console.log(`${told.join('; ')}: all as they should be`)
