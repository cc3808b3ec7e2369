import pg from 'pg'

/**
 * Every wait has an end: a lock, a statement, a transaction left open, a connection, an answer that never comes because
 * packets are dropped. A caller has an error within two seconds.
 */
export const TIME_LIMITS = {
  lock_timeout: 1_000,
  statement_timeout: 1_800,
  idle_in_transaction_session_timeout: 1_800,
  query_timeout: 2_000,
  connectionTimeoutMillis: 1_500,
} as const

/** Rights without update or delete on datasets, whoever the address names. */
const ROLE = '-c role=spillway_app -c timezone=UTC'

/**
 * Statements of a lane are prepared once and meet rows by key: nested loops only, so that rows are locked in the order
 * of the sorted array that names them, and never a plan made for one set of values.
 */
const LANE_PLANS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_memoize=off -c jit=off'

/** A pool for readers, settlement and back office. `max`: most connections. */
export function enginePool(url: string, max: number): pg.Pool {
  return listening(
    new pg.Pool({ connectionString: url, max, options: `${ROLE} -c jit=off`, keepAlive: true, ...TIME_LIMITS }),
  )
}

/** Connections that send statements without waiting for the answer to the one before, for a transaction each. */
export function pipelinedPool(url: string, max: number): pg.Pool {
  return listening(new pg.Pool({ ...laneConfig(url), max }))
}

/**
 * A connection that breaks, idle or lent out, says so to whoever uses it next; the event itself, without a listener,
 * would end the process.
 */
function listening(pool: pg.Pool): pg.Pool {
  return pool.on('error', () => {}).on('connect', (client) => client.on('error', () => {}))
}

/** One connection that sends statements without waiting for the answer to the one before. */
export function laneClient(url: string): pg.Client {
  return new pg.Client(laneConfig(url))
}

const laneConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  options: `${ROLE} ${LANE_PLANS}`,
  keepAlive: true,
  pipeline: true,
  ...TIME_LIMITS,
})
