/** How well a call's audio travels, and how loud the microphone is. */

export type LineQuality = 'good' | 'fair' | 'poor'
export type Line = Readonly<{
  quality: LineQuality
  /** Of what came in since the last look, 0 to 1. */
  loss: number
  jitterMs: number
  /** null: not known yet. */
  roundTripMs: number | null
}>

const everyMs = 2_000

/** Looks at the connection until it is stopped. */
export function watchLine(connection: RTCPeerConnection, onLine: (line: Line) => void): () => void {
  let received = 0
  let lost = 0
  const look = async (): Promise<void> => {
    const report = await connection.getStats()
    let jitterMs = 0
    let roundTripMs: number | null = null
    let nowReceived = received
    let nowLost = lost
    report.forEach((entry: Readonly<Record<string, unknown>>) => {
      if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'audio') {
        nowReceived = Number(entry['packetsReceived'] ?? 0)
        nowLost = Number(entry['packetsLost'] ?? 0)
        jitterMs = Number(entry['jitter'] ?? 0) * 1_000
      }
      if (entry['type'] === 'candidate-pair' && entry['nominated'] === true && 'currentRoundTripTime' in entry)
        roundTripMs = Number(entry['currentRoundTripTime']) * 1_000
    })
    const came = nowReceived - received
    const missing = Math.max(0, nowLost - lost)
    received = nowReceived
    lost = nowLost
    const loss = came + missing === 0 ? 0 : missing / (came + missing)
    onLine({ quality: qualityOf(loss, jitterMs, roundTripMs), loss, jitterMs, roundTripMs })
  }
  const timer = window.setInterval(() => void look().catch(() => undefined), everyMs)
  return () => window.clearInterval(timer)
}

/** Thresholds at which listeners begin to complain (ITU-T G.107: about R 80 and R 70 with Opus or G.711). */
function qualityOf(loss: number, jitterMs: number, roundTripMs: number | null): LineQuality {
  if (loss > 0.05 || jitterMs > 60 || (roundTripMs ?? 0) > 500) return 'poor'
  if (loss > 0.015 || jitterMs > 30 || (roundTripMs ?? 0) > 250) return 'fair'
  return 'good'
}

/** Loudness of a microphone, 0 to 1, some ten times a second, until it is stopped. */
export function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, { fftSize: 512 })
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Uint8Array(analyser.fftSize)
  const timer = window.setInterval(() => {
    analyser.getByteTimeDomainData(samples)
    let loudest = 0
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample - 128) / 128)
    onLevel(loudest)
  }, 100)
  return () => {
    window.clearInterval(timer)
    void context.close()
  }
}
