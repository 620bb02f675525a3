import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import '@fontsource-variable/source-sans-3/wght.css'
import '@fontsource-variable/source-serif-4/wght.css'
import '@fontsource-variable/source-code-pro/wght.css'
import './style.css'
import Diagram from './Diagram.vue'
import JavadocLinks from './JavadocLinks.vue'
import HttpOperations from './HttpOperations.vue'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('Diagram', Diagram)
    app.component('JavadocLinks', JavadocLinks)
    app.component('HttpOperations', HttpOperations)
  },
} satisfies Theme
