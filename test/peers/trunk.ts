/** `pjsip.conf` of an operator whose carrier is on this machine: `PJSIP/{number}@trunk` leads to that port. */
export function trunkTo(port: number): string {
  return `
[trunk]
type = endpoint
context = from-outside
disallow = all
allow = ulaw
direct_media = no
aors = trunk
[trunk]
type = aor
contact = sip:127.0.0.1:${port}
`
}
