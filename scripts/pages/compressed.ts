/** A Vite plugin: every asset that shrinks gets a .br and a .gz beside it, so that the service compresses nothing itself. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const shrinking = /\.(js|css|svg|json|txt)$/
const leastBytes = 1_000

export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [fileName, output] of Object.entries(bundle)) {
          const source = Buffer.from(output.type === 'chunk' ? output.code : output.source)
          if (!shrinking.test(fileName) || source.length < leastBytes) continue
          const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
          this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source, { params }) })
          this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source) })
        }
      },
    },
  }
}
