import { Badge } from '../primitives/badge.tsx'
import { type CaseState, STATE_WORDS } from './words.ts'

export const CaseStateBadge = ({ state }: { state: CaseState }) => (
  <Badge tone={STATE_WORDS[state].tone}>{STATE_WORDS[state].says}</Badge>
)
