/** Drawn by the page itself: the secret in it leaves the browser for nowhere. */
import { create } from 'qrcode'

/** Modules of free space around it (ISO/IEC 18004). */
const quietZone = 4

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const dark = Array.from(data, (isDark, i) => (isDark ? `M${i % size} ${Math.floor(i / size)}h1v1h-1z` : '')).join('')
  const side = size + 2 * quietZone
  return (
    <svg role="img" aria-label={label} width={196} height={196} viewBox={`${-quietZone} ${-quietZone} ${side} ${side}`}>
      <rect x={-quietZone} y={-quietZone} width={side} height={side} fill="#ffffff" />
      <path d={dark} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  )
}
