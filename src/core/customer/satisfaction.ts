/** What a customer's answers to surveys say over time. */
import type { Instant, InteractionId } from '../ids.ts'

export type SurveyAnswer = Readonly<{ at: Instant; interactionId: InteractionId; nodeId: string; score: number }>

export type Satisfaction = Readonly<{
  /** Of the newest answers; null: never asked or never answered. */
  average: number | null
  trend: 'rising' | 'falling' | 'steady' | null
}>

const recent = 5
/** A smaller difference between the newest answers and those before is chance. */
const meaningful = 0.5

/** `answers` in any order. A trend needs two answers on either side. */
export function satisfactionOf(answers: readonly SurveyAnswer[]): Satisfaction {
  const scores = [...answers].sort((a, b) => b.at - a.at).map(({ score }) => score)
  if (scores.length === 0) return { average: null, trend: null }
  const average = mean(scores.slice(0, recent))
  const now = scores.slice(0, Math.min(recent, Math.ceil(scores.length / 2)))
  const before = scores.slice(now.length, now.length + recent)
  const rounded = Math.round(average * 100) / 100
  if (now.length < 2 || before.length < 2) return { average: rounded, trend: null }
  const change = mean(now) - mean(before)
  const trend = Math.abs(change) < meaningful ? 'steady' : change > 0 ? 'rising' : 'falling'
  return { average: rounded, trend }
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length
