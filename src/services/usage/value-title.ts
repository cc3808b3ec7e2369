import type { Policy } from '../../core/policy/policy.ts'
import type { UsageDimension } from '../../core/usage/dimensions.ts'
import { featureTitle, LAYER_TITLES } from '../access/sources.ts'

const WITHOUT: Record<UsageDimension, string> = {
  feature: 'No feature',
  subject: 'No member or key',
  task: 'No task',
  model: 'No model',
  layer: 'Free of charge',
  outcome: 'No outcome',
}
const LAYERS: Readonly<Record<string, string>> = { ...LAYER_TITLES, absorbed: 'Given away', debt: 'Owed' }
const OUTCOMES: Readonly<Record<string, string>> = {
  allowed: 'Allowed',
  partial: 'Allowed in part',
  reported: 'Reported afterwards',
}

/** What a person calls a value that usage is grouped or filtered by; null: all others together. */
export function valueTitle(by: UsageDimension, value: string | null, policy: Policy | null): string {
  if (value === null) return 'All others'
  if (value === '') return WITHOUT[by]
  if (by === 'feature') return featureTitle(value, policy)
  return (by === 'layer' ? LAYERS[value] : by === 'outcome' ? OUTCOMES[value] : undefined) ?? value
}
