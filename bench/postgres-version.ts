import pg from 'pg'

/** As the server names it. */
export async function versionOf(databaseUrl: string | null): Promise<string> {
  if (databaseUrl === null) return 'none'
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return rows[0]?.server_version ?? 'unknown'
  } finally {
    await client.end()
  }
}
