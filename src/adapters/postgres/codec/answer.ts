import { crc32 } from 'node:zlib'
import { InvariantBroken } from '../../../core/shared/assert.ts'
import type { Decision } from '../../../core/waterfall/decision.ts'
import type { RenderAnswer } from '../../../ports/customer-state.ts'

/** No JSON starts like this. */
const MARK = '='

/** Column `answer` of a decision whose answer follows from it: a check on the bytes that were sent, in their place. */
export const checkOf = (body: string): string => MARK + crc32(body).toString(16)

export const isCheck = (text: string): boolean => text.startsWith(MARK)

/** The answer as it was sent; the check itself when the decision no longer says what was answered. */
export function answerOf(text: string, decision: Decision, render: RenderAnswer | null): string {
  if (!isCheck(text) || render === null) return text
  const body = render(decision)
  return checkOf(body) === text ? body : text
}

/** For whoever repeats an answer: throws rather than say something else than was said. */
export function sentAnswer(text: string, decision: Decision, render: RenderAnswer | null): string {
  const body = answerOf(text, decision, render)
  if (isCheck(body)) throw new InvariantBroken(`the answer of ${decision.id} is not what was sent`)
  return body
}
