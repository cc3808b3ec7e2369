import type { Logger } from 'pino'
import { formatMoney } from '../core/shared/money.ts'
import type { Alarms, Money } from '../ports/alarms.ts'

const said = ({ minor, currency }: Money): string => formatMoney(minor, currency)

/** One line each, as an error: nothing here mends itself. */
export const alarmsTo = (log: Pick<Logger, 'error'>): Alarms => ({
  paidOtherwise({ purchase, payment, asked, came }) {
    const seen = { purchase, payment, asked: said(asked), came: said(came) }
    log.error(seen, 'money came that is not what was asked for: it was not credited, return it or settle it by hand')
  },
  refundFailed({ money, ...seen }) {
    log.error({ ...seen, money: said(money) }, 'a refund failed: the credits are back, the money is still owed')
  },
})
