import { anchor, tags } from './operations.mjs'

export default {
  load: () =>
    tags().map(({ slug, title, description, operations }) => ({
      slug,
      title,
      description,
      operations: operations.map((it) => ({ method: it.method, path: it.path, summary: it.summary, anchor: anchor(it) })),
    })),
}
