import { Check, CircleSlash, CornerRightDown } from 'lucide-react'
import { OUTCOME_WORDS } from '../format/words.ts'
import { Badge } from '../primitives/badge.tsx'

const LOOKS = { allowed: ['ok', Check], partial: ['warn', CornerRightDown], denied: ['bad', CircleSlash] } as const

/** Word, sign and colour together: none of them alone carries the meaning. */
export function OutcomeBadge({ outcome }: { outcome: keyof typeof LOOKS }) {
  const [tone, Icon] = LOOKS[outcome]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className="size-3" strokeWidth={2.5} />
      {OUTCOME_WORDS[outcome]}
    </Badge>
  )
}
