/** Words on the accent must be readable, whatever colour a site chooses (WCAG 2.2, 1.4.3). */

const dark = '#1a1206'
const least = 4.5

/** White where it can be read, else a near black. */
export function wordsOn(accent: string): string {
  return contrastWithWhite(accent) >= least ? '#ffffff' : dark
}

function contrastWithWhite(accent: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(accent).map(linear)
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

/** Any colour that CSS knows, as the browser paints it. */
function channelsOf(accent: string): number[] {
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return []
  context.fillStyle = accent
  context.fillRect(0, 0, 1, 1)
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)]
}

function linear(channel: number): number {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}
