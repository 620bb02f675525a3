import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import { h } from 'vue'
import '@fontsource-variable/source-sans-3/wght.css'
import '@fontsource-variable/source-serif-4/wght.css'
import '@fontsource-variable/source-code-pro/wght.css'
import './style.css'
import BenchmarkBars from './BenchmarkBars.vue'
import Diagram from './Diagram.vue'
import JavadocLinks from './JavadocLinks.vue'
import HttpOperations from './HttpOperations.vue'
import VersionSwitch from './VersionSwitch.vue'

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      'nav-bar-title-after': () => h(VersionSwitch),
      'nav-screen-content-after': () => h(VersionSwitch, { screen: true }),
    }),
  enhanceApp({ app }) {
    app.component('BenchmarkBars', BenchmarkBars)
    app.component('Diagram', Diagram)
    app.component('JavadocLinks', JavadocLinks)
    app.component('HttpOperations', HttpOperations)
  },
} satisfies Theme
