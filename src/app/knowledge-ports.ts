/** The rooms, as the knowledge base wants to see them. */
import type { Directory } from '../directory/index.ts'
import type { History } from '../history/index.ts'
import { createKnowledge, type KnowledgePorts } from '../knowledge/index.ts'
import type { Database } from '../platform/database/database.ts'

export type KnowledgeRooms = Readonly<{ database: Database; directory: Directory; history: History }>

export function knowledgePorts({ database, directory, history }: KnowledgeRooms): KnowledgePorts {
  return {
    knowledge: createKnowledge(database),
    queuesOf: (userId) => directory.snapshot().agentRules.get(userId)?.queueIds ?? [],
    async valuesOf(interactionId) {
      const [contact] = await history.contactsOf([interactionId])
      if (contact === undefined) return null
      const customer = contact.customerId === null ? null : await history.customer(contact.customerId)
      return {
        customer:
          customer === null
            ? {}
            : { name: customer.name, company: customer.company, attributes: { ...customer.attributes } },
        interaction: { id: interactionId, from: contact.identity, to: contact.dialled },
      }
    },
  }
}
