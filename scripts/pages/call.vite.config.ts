/** Builds the telephone of the chat widget, loaded by those who call. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { compressed } from './compressed.ts'

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export default defineConfig({
  root: file('src/web/widget'),
  plugins: [compressed()],
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  build: {
    outDir: file('build/widget'),
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    lib: { entry: file('src/web/widget/call.ts'), formats: ['es'], fileName: () => 'widget-call.js' },
  },
})
