/** The rooms, as systems outside are told of them. */
import type { Context } from '../core/flow/expression.ts'
import type { History } from '../history/index.ts'
import type { CrmPorts } from '../integration/index.ts'

/** What CRMs are asked with, and told. */
export function crmPorts(history: History): CrmPorts &
  Readonly<{
    told: (interactionId: string) => Promise<Context | null>
  }> {
  const contextOf = async (customerId: string): Promise<{ id: string; context: Context } | null> => {
    const customer = await history.customer(customerId)
    if (customer === null) return null
    const { id, name, company, language, highValue, attributes, identities } = customer
    const of = (wanted: string): string[] => identities.filter(({ kind }) => kind === wanted).map(({ value }) => value)
    const [phones, emails] = [of('phone'), of('email')]
    const known = { id, name, company, language, highValue, attributes: { ...attributes } }
    return { id, context: { customer: known, phones, emails, phone: phones[0] ?? null, email: emails[0] ?? null } }
  }
  return {
    async subjectOf(customerId) {
      const found = await contextOf(customerId)
      return found === null ? null : { customerId: found.id, context: found.context }
    },
    async told(interactionId) {
      const interaction = await history.summary(interactionId)
      if (interaction === null) return null
      const nobody: Context = { customer: {}, phones: [], emails: [], phone: null, email: null }
      const customer = interaction.customerId === null ? null : await contextOf(interaction.customerId)
      return { ...(customer?.context ?? nobody), interaction }
    },
  }
}
