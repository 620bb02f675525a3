import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DefaultTheme } from 'vitepress'
import { tags } from '../reference/http/operations.mjs'

const site = fileURLToPath(new URL('..', import.meta.url))

/** The first heading of a page, without marks. */
function title(page: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(`${site}${page}`, 'utf8'))
  if (!heading) throw new Error(`${page} has no heading`)
  return heading[1].replace(/[`*]/g, '')
}

/** All pages of a directory but its index, each by its heading. */
function all(directory: string): DefaultTheme.SidebarItem[] {
  return readdirSync(`${site}${directory}`)
    .filter((name) => name.endsWith('.md') && name !== 'index.md' && !name.startsWith('['))
    .sort()
    .map((name) => ({ text: title(`${directory}/${name}`), link: `/${directory}/${name.replace(/\.md$/, '')}` }))
}

/** Every page is in here: .ci/site fails when one is not. */
export function sidebar(): DefaultTheme.SidebarItem[] {
  return [
    {
      text: 'Begin',
      items: [
        { text: 'A help desk in 15 minutes', link: '/tutorial/' },
        { text: 'What it is, and next to others', link: '/comparison' },
      ],
    },
    {
      text: 'How to',
      items: [
        { text: 'Add it to an application', link: '/guides/embed' },
        { text: 'Give it an HTTP API', link: '/guides/http-api' },
        { text: 'Receive and send mail', link: '/guides/mail' },
        { text: 'See whole hosts', link: '/hosts/' },
        { text: 'Let your users be agents', link: '/identity/host-users' },
        { text: 'Run your own jobs', link: '/jobs/' },
        { text: 'Repeat jobs', link: '/jobs/schedules' },
        { text: 'Test with real servers', link: '/devenv/junit' },
        { text: 'Run servers for development', link: '/devenv/' },
      ],
    },
    {
      text: 'People and rights',
      collapsed: true,
      items: [
        { text: 'All ways in', link: '/identity/ways-in' },
        { text: 'Roles and permissions', link: '/identity/roles' },
        { text: 'Logins', link: '/identity/login' },
        { text: 'Customers by link', link: '/identity/customers' },
        { text: 'Security keys', link: '/identity/security-keys' },
        { text: 'OpenID Connect', link: '/identity/openid' },
        { text: 'SCIM', link: '/identity/scim' },
        { text: 'Personal data', link: '/privacy/persons' },
      ],
    },
    {
      text: 'Operate',
      collapsed: true,
      items: [
        { text: 'The standalone server', link: '/operations/' },
        ...all('operations').filter((item) => item.link !== '/operations/settings'),
        { text: 'Waking by Valkey', link: '/jobs/valkey' },
        { text: 'Upgrading', link: '/upgrade' },
        { text: 'Runbooks and alerts', link: '/runbooks/', collapsed: true, items: all('runbooks') },
      ],
    },
    {
      text: 'Reference',
      collapsed: true,
      items: [
        { text: 'HTTP API: conventions', link: '/api/' },
        ...all('api'),
        {
          text: 'HTTP API: operations',
          link: '/reference/http/',
          collapsed: true,
          items: [
            ...tags().map((tag) => ({ text: tag.title, link: `/reference/http/${tag.slug}` })),
            { text: 'Types', link: '/reference/http/types' },
          ],
        },
        { text: 'Problems', link: '/problems/' },
        { text: 'Settings', link: '/operations/settings' },
        { text: 'Events', link: '/reference/events' },
        { text: 'Metrics', link: '/reference/metrics' },
        { text: 'Commands', link: '/reference/commands' },
        { text: 'Database schema', link: '/reference/database' },
        { text: 'Java API', link: '/reference/java' },
        { text: 'Public types', link: '/reference/public-types' },
        { text: 'Stability', link: '/reference/stability' },
      ],
    },
    {
      text: 'Explanation',
      collapsed: true,
      items: [
        { text: 'Architecture', link: '/explanation/architecture' },
        { text: 'Tenants', link: '/tenancy/' },
        { text: 'Benchmarks', link: '/benchmarks/' },
      ],
    },
    {
      text: 'Security',
      collapsed: true,
      items: all('security'),
    },
    {
      text: 'Decisions',
      link: '/decisions/',
      collapsed: true,
      items: all('decisions'),
    },
  ]
}
