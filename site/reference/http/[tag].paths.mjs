import { page, tags } from './operations.mjs'

export default {
  paths: () => [...tags().map(({ slug }) => slug), 'types'].map((tag) => ({ params: { tag }, content: page(tag) })),
}
