import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in one transaction and commits it. What it throws rolls everything back and is thrown on; a connection
 * that cannot even roll back is not used again. `begin` may add an isolation level and `SET LOCAL`s.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((fault: Error) => {
      broken = fault
    })
    throw error
  } finally {
    client.release(broken)
  }
}
