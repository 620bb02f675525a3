// Writes the pages of the HTTP API's operations out of the OpenAPI document that the build makes.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DOCUMENT =
  process.env.INSIGHTDESK_OPENAPI ??
  fileURLToPath(new URL('../../../insightdesk-jaxrs/target/classes/io/insightdesk/jaxrs/openapi.json', import.meta.url))
const METHODS = ['get', 'post', 'put', 'patch', 'delete']
/** What every operation has, and the page of the conventions tells once. */
const COMMON_PARAMETERS = new Set(['X-Request-Id'])
const COMMON_HEADERS = new Set(['X-Request-Id', 'RateLimit-Policy', 'RateLimit'])
/** The tag of the one operation that is not about a resource. */
const TITLES = { 'openapi.json': 'The document itself', me: 'Who asks', scim: 'SCIM', auth: 'Logins' }

let read
function document() {
  if (!read) {
    if (!existsSync(DOCUMENT)) {
      throw new Error(`${DOCUMENT} is missing: mvn -pl insightdesk-jaxrs -am process-classes makes it`)
    }
    read = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
  }
  return read
}

export function tags() {
  return document().tags.map(({ name, description }) => {
    const words = name.replaceAll('-', ' ')
    return {
      name,
      slug: name.replaceAll('.', '-'),
      title: TITLES[name] ?? (words[0].toUpperCase() + words.slice(1)).replace('Api ', 'API '),
      description: description.startsWith('All about ') ? '' : description,
      operations: operations(name),
    }
  })
}

function operations(tag) {
  return Object.entries(document().paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]?.tags.includes(tag)).map((method) => ({
      method: method.toUpperCase(),
      path,
      ...item[method],
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
    })),
  )
}

/** The page of a tag, or of all types. */
export function page(slug) {
  if (slug === 'types') return types()
  const tag = tags().find((each) => each.slug === slug)
  return [
    `# ${tag.title}`,
    tag.description,
    'All addresses are below `/api/v1`. What every operation has in common (paging, versions, idempotency, limits) is told in the [conventions](/api/). A star marks what has to be there.',
    ...tag.operations.map(operation),
  ].join('\n\n')
}

export function anchor(operation) {
  return operation.operationId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/^-/, '')
}

function operation(it) {
  const parts = [
    `## ${text(it.summary.replace(/\.$/, ''))} {#${anchor(it)}}`,
    `<div class="operation" data-method="${it.method}"><span>${it.method}</span> <code v-pre>${escape(it.path)}</code></div>`,
  ]
  if (it.security?.length === 0) parts.push('Needs no authentication.')
  const parameters = it.parameters.filter((each) => !COMMON_PARAMETERS.has(each.name))
  if (parameters.length > 0) {
    parts.push(
      table(
        ['Parameter', 'meaning', 'type'],
        parameters.map((each) => [
          code(each.name) + (each.required ? ' *' : ''),
          text(each.description ?? ''),
          `${each.in}: ${type(each.schema)}`,
        ]),
      ),
    )
  }
  for (const [media, body] of Object.entries(distinct(it.requestBody?.content ?? {}))) {
    parts.push(`**Request** ${code(media)}${typeName(body.schema)}`)
    if (body.example !== undefined) parts.push(example(body.example))
    if (media === 'multipart/form-data' && body.schema.properties) parts.push(properties(body.schema))
  }
  const good = Object.entries(it.responses).filter(([status]) => status < '400')
  for (const [status, answer] of good) {
    const headers = Object.keys(answer.headers ?? {}).filter((name) => !COMMON_HEADERS.has(name))
    const [media, body] = Object.entries(answer.content ?? {})[0] ?? []
    parts.push(
      `**Answer** ${code(status)} ${text(answer.description)}` +
        (media ? `, ${code(media)}${typeName(body.schema)}` : '') +
        (headers.length ? `; headers ${headers.map(code).join(', ')}` : ''),
    )
    if (body?.example !== undefined) parts.push(example(body.example))
  }
  const refused = Object.entries(it.responses).filter(([status]) => status >= '400')
  if (refused.length > 0) {
    parts.push(`**Refused** with ${refused.map(([status, { description }]) => `${code(status)} ${text(description)}`).join(', ')}; see [problems](/problems/).`)
  }
  return parts.join('\n\n')
}

/** JSON and merge patches often have the same body: it is shown once. */
function distinct(content) {
  const seen = new Map()
  for (const [media, body] of Object.entries(content)) {
    const key = JSON.stringify(body)
    seen.set(key, seen.has(key) ? [`${seen.get(key)[0]} or ${media}`, body] : [media, body])
  }
  return Object.fromEntries(seen.values())
}

function types() {
  const schemas = Object.entries(document().components.schemas)
  return [
    '# Types',
    'What requests and answers are made of. A star marks what is always there.',
    ...schemas.map(([name, schema]) =>
      [`## ${name} {#${name.toLowerCase()}}`, text(schema.description ?? ''), schema.properties ? properties(schema) : type(schema)].filter(Boolean).join('\n\n'),
    ),
  ].join('\n\n')
}

function properties(schema) {
  return table(
    ['Field', 'meaning', 'type'],
    Object.entries(schema.properties).map(([name, it]) => [
      code(name) + (schema.required?.includes(name) ? ' *' : ''),
      text(it.description ?? ''),
      type(it),
    ]),
  )
}

function type(schema) {
  if (!schema) return ''
  if (schema.$ref) return link(schema.$ref)
  if (schema.anyOf) return schema.anyOf.map(type).join(' or ')
  if (schema.enum) return schema.enum.filter((each) => each !== null).map((each) => code(String(each))).join(' ')
  const names = [schema.type].flat().filter((each) => each && each !== 'null')
  if (names[0] === 'array') return `list of ${type(schema.items)}`
  const bounds = [
    schema.format,
    schema.minimum !== undefined || schema.maximum !== undefined ? `${schema.minimum ?? ''} to ${schema.maximum ?? ''}` : null,
    schema.maxLength !== undefined ? `at most ${schema.maxLength}` : null,
    schema.default !== undefined ? `default ${schema.default}` : null,
  ].filter(Boolean)
  return (names.join(' or ') || 'anything') + (bounds.length ? ` (${bounds.join(', ')})` : '')
}

function typeName(schema) {
  return schema?.$ref ? `, ${link(schema.$ref)}` : ''
}

function link(ref) {
  const name = ref.split('/').at(-1)
  return `[${name}](/reference/http/types#${name.toLowerCase()})`
}

function example(value) {
  return typeof value === 'string'
    ? `\`\`\`\`text\n${value}\n\`\`\`\``
    : `\`\`\`\`json\n${JSON.stringify(short(value), null, 2)}\n\`\`\`\``
}

/** Examples of answers hold all that could be there; what was only asked for by include is left out. */
function short(value) {
  if (Array.isArray(value)) return value.map(short)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'included').map(([name, it]) => [name, short(it)]))
}

function table(head, rows) {
  const row = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('\n', ' ').replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

function code(value) {
  return `<code v-pre>${escape(value)}</code>`
}

function escape(value) {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '&#124;')
}

/** Text out of the document, which is no Markdown and no template. */
function text(value) {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('{', '&#123;')
    .replaceAll(/([*_`[\]\\])/g, '\\$1')
}
