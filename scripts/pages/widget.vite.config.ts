/** Builds the chat widget: one script for the site's tag, and the telephone beside it for those who call. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { compressed } from './compressed.ts'

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export default defineConfig({
  root: file('src/web/widget'),
  plugins: [compressed()],
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: file('build/widget'),
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    lib: {
      entry: file('src/web/widget/main.tsx'),
      formats: ['iife'],
      name: 'CentralitaWidget',
      fileName: () => 'widget.js',
    },
  },
})
