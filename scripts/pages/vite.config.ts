/** Builds the pages into build/web: hashed assets beside their compressed forms, one index.html for every address. */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compressed } from './compressed.ts'

export default defineConfig({
  root: fileURLToPath(new URL('../../src/web', import.meta.url)),
  base: '/',
  plugins: [react(), compressed()],
  build: {
    outDir: fileURLToPath(new URL('../../build/web', import.meta.url)),
    emptyOutDir: true,
    assetsDir: 'assets',
    // Everything is a file of its own: the content security policy knows no data: but for images.
    assetsInlineLimit: 0,
    target: 'es2024',
    chunkSizeWarningLimit: 1_000,
    reportCompressedSize: false,
  },
  // For whoever works on the pages: `npx vite --config scripts/pages/vite.config.ts` beside a running service.
  server: { port: 5173, proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
})
