// Takes the service's place under the supervisor: answers with what it was given.
import { createServer } from 'node:http'

const { HTTP_PORT, DATABASE_URL, ARI_URL, DATA_DIR, STAND_IN_EXIT_CODE } = process.env
if (STAND_IN_EXIT_CODE !== undefined) {
  process.stderr.write('stand-in: nothing to work with\n')
  process.exit(Number(STAND_IN_EXIT_CODE))
}
createServer((_, response) => {
  response.end(JSON.stringify({ pid: process.pid, databaseUrl: DATABASE_URL, ariUrl: ARI_URL, dataDir: DATA_DIR }))
}).listen(Number(HTTP_PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
