// Puts versions of the site side by side: node site/versions.mjs SITE [PUBLISHED]
// SITE is what was made now: the site of what comes next, or nothing but the directory of a release (0.1). Versions that PUBLISHED has and
// SITE lacks are copied into SITE, and so is what lies beside them where SITE is a release alone. Then versions.json says which there are, newest first.
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const isVersion = (name) => /^\d+\.\d+$/.test(name)

export function sideBySide(site, published) {
  if (published && existsSync(published)) {
    const alone = !existsSync(join(site, 'index.html'))
    for (const name of readdirSync(published)) {
      if (name === '.git' || existsSync(join(site, name)) || !(alone || isVersion(name))) continue
      cpSync(join(published, name), join(site, name), { recursive: true })
    }
  }
  const released = readdirSync(site).filter(isVersion)
  released.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
  const versions = [...(existsSync(join(site, 'index.html')) ? ['next'] : []), ...released]
  writeFileSync(join(site, 'versions.json'), `${JSON.stringify(versions)}\n`)
  return versions
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , site, published] = process.argv
  if (!site || !existsSync(site)) {
    console.error('node site/versions.mjs SITE [PUBLISHED]: there is no SITE')
    process.exit(2)
  }
  console.log(`Versions side by side: ${sideBySide(site, published).join(', ')}`)
}
