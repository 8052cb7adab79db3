/** Whether attributes are what their definitions say. Those that nobody has defined may hold anything. */
import type { Database } from '../../platform/database/database.ts'
import type { AttributeValue } from '../../core/customer/card.ts'
import type { ErrorDetail } from '../../platform/http/errors.ts'
import { definitions, type AttributeDefinition } from '../definitions.ts'

export async function wrongAttributes(
  knex: Database['knex'],
  attributes: Readonly<Record<string, AttributeValue | null>>,
): Promise<ErrorDetail[]> {
  if (Object.keys(attributes).length === 0) return []
  const defined = new Map((await definitions(knex, 'attribute')).map((definition) => [definition.id, definition]))
  return Object.entries(attributes).flatMap(([key, value]) => {
    const definition = defined.get(key)
    const expected = definition === undefined || value === null ? null : whatIsWrong(definition, value)
    return expected === null ? [] : [{ path: `body.attributes.${key}`, message: expected }]
  })
}

export async function identifyingAttributes(knex: Database['knex']): Promise<string[]> {
  return (await definitions(knex, 'attribute')).filter(({ identifying }) => identifying).map(({ id }) => id)
}

function whatIsWrong({ type, choices }: AttributeDefinition, value: AttributeValue): string | null {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? null : 'is a text'
    case 'number':
      return typeof value === 'number' ? null : 'is a number'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'is true or false'
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
        ? null
        : 'is a date such as 2026-03-02'
    case 'choice':
      return typeof value === 'string' && choices.includes(value) ? null : `is one of ${choices.join(', ')}`
  }
}
