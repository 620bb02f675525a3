// Where a Chromium is, and how it is started.
import { existsSync } from 'node:fs'

export function findChromium() {
  return [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].find(
    (each) => each && existsSync(each),
  )
}

export function launchOptions(executablePath) {
  // The checks run as root in containers, where Chromium has no sandbox; the pages are our own.
  return { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] }
}
