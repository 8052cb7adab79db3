import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Whom Postgres runs as. It refuses to be root, so a root supervisor lends it an ordinary account. */
export type PostgresAccount = Readonly<{
  /** Puts in front of a command what changes the account. */
  command(program: string, args: readonly string[]): { command: string; args: string[]; uid?: number; gid?: number }
  /** Gives the account a folder or file. */
  own(path: string): void
}>

const nobody = { uid: 65_534, gid: 65_534 }

/** @param reached paths that the account must be able to enter: the programs and the data */
export function postgresAccount(reached: readonly string[]): PostgresAccount {
  if (process.getuid?.() !== 0)
    return { command: (command, args) => ({ command, args: [...args] }), own: () => undefined }
  const { uid, gid } = accountNamed('postgres') ?? accountNamed('nobody') ?? nobody
  const own = (path: string): void => chownSync(path, uid, gid)
  if (reached.every(isOpenToAll)) return { command: (command, args) => ({ command, args: [...args], uid, gid }), own }
  // Under a private folder such as /root the account would reach neither its programs nor its data: it keeps root's right
  // to pass folders, and nothing else of root.
  const lend = ['--clear-groups', '--inh-caps=-all,+dac_override', '--bounding-set=-all,+dac_override']
  const keep = ['--ambient-caps=+dac_override', '--']
  return {
    command: (program, args) => ({
      command: 'setpriv',
      args: [`--reuid=${uid}`, `--regid=${gid}`, ...lend, ...keep, program, ...args],
    }),
    own,
  }
}

function accountNamed(name: string): { uid: number; gid: number } | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

function isOpenToAll(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
