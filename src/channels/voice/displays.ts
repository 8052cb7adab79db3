/**
 * What the telephones of agents show: whom they talk to now. The INVITE says it first; whenever it changes afterwards, it is
 * told within the call, as an UPDATE or re-INVITE with P-Asserted-Identity (RFC 3311, RFC 5876).
 */
import { sameValue } from '../../core/same-value.ts'
import type { Call } from '../../core/call/call.ts'
import { facingOf, type Facing } from '../../core/call/facing.ts'
import { hasJoined, isAgent } from '../../core/call/parties.ts'
import type { Ari } from './ari/operations.ts'
import { agentDisplay, type CallParty, type Shown } from './call-party.ts'
import type { VoicePorts } from './ports.ts'

export class Displays {
  readonly #ari: Ari
  readonly #directory: VoicePorts['directory']
  readonly #party: CallParty
  readonly #dialled: string | null
  readonly #numberOf: (channelId: string) => string | null
  readonly #told = new Map<string, Facing>()

  /** `dialled`: the number of a callback's customer. `numberOf`: of somebody outside; null: nobody knows any more. */
  constructor(options: {
    ari: Ari
    directory: VoicePorts['directory']
    party: CallParty
    dialled: string | null
    numberOf(channelId: string): string | null
  }) {
    this.#ari = options.ari
    this.#directory = options.directory
    this.#party = options.party
    this.#dialled = options.dialled
    this.#numberOf = options.numberOf
  }

  /** What the INVITE to an agent's phone is to say. */
  atFirst(call: Call, channelId: string): Record<string, string> {
    const facing = facingOf(call, channelId)
    this.#told.set(channelId, facing)
    const { name, number } = this.#shown(facing) ?? agentDisplay(this.#party, this.#dialled)
    return { 'CONNECTEDLINE(num,i)': number, 'CONNECTEDLINE(name,i)': name, 'CONNECTEDLINE(pres,i)': 'allowed' }
  }

  /** The call has gone on. */
  follow(call: Call): void {
    const { stage } = call
    if (stage.kind !== 'talking' || this.#told.size === 0) return
    for (const party of stage.parties) {
      const { channelId } = party
      const told = this.#told.get(channelId)
      if (told === undefined || !isAgent(party) || !hasJoined(party)) continue
      const facing = facingOf(call, channelId)
      if (sameValue(told, facing)) continue
      this.#told.set(channelId, facing)
      const shown = this.#shown(facing)
      if (shown !== null) this.#ari.showConnected(channelId, shown)
    }
  }

  /** null: not known. */
  #shown(facing: Facing): Shown | null {
    switch (facing.kind) {
      case 'customer':
        return agentDisplay(this.#party, this.#dialled)
      case 'agent': {
        const [account] = this.#directory.sipAccountsOf(facing.agentId)
        const name = this.#directory.agentName(facing.agentId) ?? ''
        return account === undefined ? null : { number: account.endpoint, name }
      }
      case 'outside': {
        const number = this.#numberOf(facing.channelId)
        return number === null ? null : { number, name: '' }
      }
    }
  }
}
