import type { Reason } from '../../core/waterfall/decision.ts'

/** The problem type (RFC 9457) that a denial answers with. */
export interface DenialProblem {
  readonly status: 402 | 403 | 429 | 503
  readonly type: string
  readonly title: string
}

/** Problem types of draft-ietf-httpapi-ratelimit-headers-10. */
const IETF = 'https://iana.org/assignments/http-problem-types#'
const OWN = '/docs/problems/'

const quota = (title: string): DenialProblem => ({ status: 429, type: `${IETF}quota-exceeded`, title })

/** One problem type for each reason; a new reason does not compile without one. */
export const DENIAL_PROBLEMS: Readonly<Record<Reason, DenialProblem>> = {
  customer_suspended: { status: 403, type: `${OWN}customer-suspended`, title: 'The customer is not active' },
  feature_not_entitled: {
    status: 403,
    type: `${OWN}feature-not-entitled`,
    title: 'The tier does not include the feature',
  },
  feature_disabled: { status: 503, type: `${OWN}feature-disabled`, title: 'The feature is switched off' },
  burst_exceeded: quota('Too many requests at once'),
  rate_exceeded: quota('Too much in a short time'),
  concurrency_exceeded: quota('Too many jobs at the same time'),
  included_exhausted: quota('The included use is used up'),
  reduced_capacity: {
    status: 503,
    type: `${IETF}temporary-reduced-capacity`,
    title: 'Capacity is reduced at the moment',
  },
  abnormal_usage: {
    status: 429,
    type: `${IETF}abnormal-usage-detected`,
    title: 'Limits are tighter because of unusual use',
  },
  consent_required: { status: 402, type: `${OWN}consent-required`, title: 'Drawing credits needs consent' },
  credits_insufficient: { status: 402, type: `${OWN}credits-insufficient`, title: 'Not enough credits' },
  spend_cap_reached: { status: 402, type: `${OWN}spend-cap-reached`, title: 'A spend cap is reached' },
  max_credits_reached: {
    status: 402,
    type: `${OWN}max-credits-reached`,
    title: 'The request draws fewer credits than it needs',
  },
}
