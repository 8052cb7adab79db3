// What stands in front of the web pages: HTTPS on port 443, handed on to 127.0.0.1:8080. `front-proxy.ts CERTIFICATE KEY OPEN...`
// It also listens on the ports OPEN, on every address, as a server would that somebody forgot to keep inside.
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

const [certificate = '', key = '', ...open] = process.argv.slice(2)
createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (outer) => {
  const inner = connect(8080, '127.0.0.1')
  outer.on('error', () => inner.destroy()).pipe(inner)
  inner.on('error', () => outer.destroy()).pipe(outer)
}).listen(443)
for (const port of open) createServer((socket) => socket.end()).listen(Number(port))
