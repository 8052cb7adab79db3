/** What the service tells of an interaction and a customer, as the pages ask for it. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { z } from 'zod'
import type { CustomerId, InteractionId } from '../../core/ids.ts'
import type { explanationSchema, interactionItem, interactionStory } from '../../history/schemas.ts'
import type { CustomerCard } from '../../history/customer/card-routes.ts'
import { get } from '../server/api.ts'

export type Customer = CustomerCard['customer']
export type InteractionItem = z.output<typeof interactionItem>
export type InteractionStory = z.output<typeof interactionStory>
export type Explanation = z.output<typeof explanationSchema>
export type PageOf<T> = Readonly<{ items: readonly T[]; next: string | null }>

export function useStory(interactionId: InteractionId): UseQueryResult<InteractionStory> {
  return useQuery({
    queryKey: ['interaction', interactionId, 'story'],
    queryFn: () => get<InteractionStory>(`/api/interactions/${interactionId}`),
  })
}

export function useExplanation(interactionId: InteractionId): UseQueryResult<Explanation> {
  return useQuery({
    queryKey: ['interaction', interactionId, 'explanation'],
    queryFn: () => get<Explanation>(`/api/interactions/${interactionId}/explanation`),
    staleTime: 60_000,
  })
}

export function useCustomerCard(customerId: CustomerId | null): UseQueryResult<CustomerCard> {
  return useQuery({
    queryKey: ['customer', customerId],
    queryFn: () => get<CustomerCard>(`/api/customers/${customerId ?? ''}/card`),
    enabled: customerId !== null,
  })
}
