import type { SimulatedCustomer } from './population.ts'
import { seededRandom } from './random.ts'

/** What one recorded request becomes: who asked, for what, with which model. */
export interface Assignment {
  readonly customer: SimulatedCustomer
  readonly subject: string
  readonly feature: 'codex.task' | 'codex.review'
  readonly model: 'codex-large' | 'codex-mini'
}

/**
 * Maps trace rows, which name nobody, to customers and subjects: independent draws in proportion to the customers'
 * weights; inside a customer subject k has weight 1/k. A row's draw depends on (seed, row) alone, so skipped or limited
 * rows move nobody else's requests.
 */
export function assigner(population: readonly SimulatedCustomer[], seed: string): (row: number) => Assignment {
  const ends = runningSums(population.map((customer) => customer.weight))
  return (row) => {
    const random = seededRandom(`${seed}/row/${row}`)
    const customer = population[indexAt(ends, random.next())]
    if (!customer) throw new RangeError('a population has at least one customer')
    return {
      customer,
      subject: drawSubject(customer.subjects, random.next()),
      feature: random.chance(0.12) ? 'codex.review' : 'codex.task',
      model: random.chance(customer.largeShare) ? 'codex-large' : 'codex-mini',
    }
  }
}

function drawSubject(subjects: readonly [string, ...string[]], at: number): string {
  if (subjects.length === 1) return subjects[0]
  const ends = runningSums(subjects.map((_, index) => 1 / (index + 1)))
  return subjects[indexAt(ends, at)] ?? subjects[0]
}

function runningSums(weights: readonly number[]): Float64Array {
  const ends = new Float64Array(weights.length)
  let sum = 0
  for (const [index, weight] of weights.entries()) {
    sum += weight
    ends[index] = sum
  }
  return ends
}

/** First index whose running sum is above `at` (in [0, 1)) of the total, by binary search. */
function indexAt(ends: Float64Array, at: number): number {
  const target = at * (ends.at(-1) ?? 0)
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}
