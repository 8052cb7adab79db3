/** A certificate that was renewed is taken up without ending a call. */
import { belongTogether, type TlsFiles } from './tls-certificate.ts'

const lookEveryMs = 30_000

/**
 * Looks now and then whether the files hold another certificate, whole and with its key: whoever writes them may be in the
 * middle of it.
 * @param read what the files hold now
 * @param renew lets Asterisk read them again; tried once more at the next look when it fails
 */
export function followCertificate(
  known: TlsFiles,
  options: Readonly<{
    read(): TlsFiles
    renew(): Promise<void>
    report(line: string): void
    everyMs?: number
  }>,
): Disposable {
  let taken = known.fingerprint
  let isBusy = false
  const look = async (): Promise<void> => {
    const found = options.read()
    if (found.fingerprint === taken || !belongTogether(found)) return
    await options.renew()
    taken = found.fingerprint
    options.report('the certificate for SIP over TLS was renewed: new connections meet the new one')
  }
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    look()
      .catch((error: unknown) => options.report(`the renewed certificate was not taken up: ${String(error)}`))
      .finally(() => (isBusy = false))
  }, options.everyMs ?? lookEveryMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
