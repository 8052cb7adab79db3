import { bareAriDialplan } from './bare-ari-dialplan.ts'
import { agentCounts, type RunningSystem, type SipAccount, type SystemUnderTest } from './system.ts'

/** Plain accounts in Asterisk's own files. */
export const fileAccounts = { many: accounts('m', agentCounts.many), few: accounts('f', agentCounts.few) }

function accounts(prefix: string, count: number): SipAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const username = `${prefix}${String(index + 1).padStart(4, '0')}`
    return { username, password: `secret-${username}` }
  })
}

/**
 * Asterisk's own app_queue as it is tuned for a call centre: autofill, no ring in use, no wrap-up, retry after the least
 * time (1 s). `Answer(,i)` doesn't wait for audio, which would cost it half a second.
 */
export const appQueue: SystemUnderTest = {
  name: 'app_queue',
  start: (): Promise<RunningSystem> =>
    Promise.resolve({
      numbers: { many: 'queue-many', few: 'queue-few' },
      agents: fileAccounts,
      signIn: () => Promise.resolve(),
      processes: () => ({}),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
}

/** What app_queue needs in Asterisk's own files. */
export const appQueueFiles: Readonly<Record<string, string>> = {
  'extensions.conf': `
[from-outside](+)
exten => queue-many,1,Answer(,i)
 same => n,Queue(bench)
 same => n,Hangup()
exten => queue-few,1,Answer(,i)
 same => n,Queue(few)
 same => n,Hangup()
${bareAriDialplan}`,
  'queue_members.conf': `
${members(fileAccounts.many)}

[few]
strategy = leastrecent
timeout = 15
retry = 1
ringinuse = no
wrapuptime = 0
joinempty = yes
leavewhenempty = no
${members(fileAccounts.few)}
`,
  'pjsip.conf': [...fileAccounts.many, ...fileAccounts.few].map(endpoint).join(''),
}

function members(accounts: readonly SipAccount[]): string {
  return accounts.map(({ username }) => `member => PJSIP/${username}`).join('\n')
}

function endpoint({ username, password }: SipAccount): string {
  return `
[${username}]
type = endpoint
context = from-agents
disallow = all
allow = ulaw
direct_media = no
device_state_busy_at = 1
auth = ${username}
aors = ${username}
[${username}]
type = auth
auth_type = digest
username = ${username}
password = ${password}
[${username}]
type = aor
max_contacts = 1
remove_existing = yes
`
}
