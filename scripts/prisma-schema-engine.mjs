#!/usr/bin/env node
/**
 * Prisma's schema engine with nothing to download.
 *
 * The `prisma` command speaks JSON-RPC over stdio with a native engine that it would fetch at its first use. Here the
 * same calls are answered by Prisma's own WebAssembly build of that engine, which came with `npm ci`, over `pg`.
 * prisma.config.ts points PRISMA_SCHEMA_ENGINE_BINARY at this file.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const argv = process.argv.slice(2)
const valuesOf = (name) => argv.filter((_, i) => argv[i - 1] === name)
const datasource = JSON.parse(valuesOf('--datasource')[0] ?? '{}')

/** `pg` lets the path of a connection string win over its `database` option: the name has to go into the string. */
const withDatabase = (url, name) => Object.assign(new URL(url), { pathname: `/${name}` }).toString()
const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1))

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return work(client).finally(() => client.end())
}

// --- The catalogue's one-byte type -----------------------------------------------------------------------------------
// The adapter does not know "char" (oid 18), and the engine insists on reading it as a Character: it travels as text,
// and its columns are renamed in the answer.
const CHAR_OID = 18
const TEXT_OID = 25
const charColumns = new WeakMap()

function widen(result) {
  const columns = [...(result?.fields ?? []).entries()].filter(([, field]) => field.dataTypeID === CHAR_OID)
  for (const [, field] of columns) field.dataTypeID = TEXT_OID
  if (columns.length)
    charColumns.set(
      result.rows,
      columns.map(([i]) => i),
    )
  return result
}

class CatalogueClient extends pg.Client {
  query(...args) {
    const done = args.at(-1)
    if (typeof done !== 'function') return super.query(...args).then(widen)
    return super.query(...args.slice(0, -1), (error, result) => done(error, widen(result)))
  }
}

function namingCharacters(queryable) {
  const queryRaw = queryable.queryRaw.bind(queryable)
  queryable.queryRaw = async (query) => {
    const answer = await queryRaw(query)
    for (const i of charColumns.get(answer.rows) ?? []) answer.columnTypes[i] = ColumnTypeEnum.Character
    return answer
  }
  return queryable
}

// --- Connections -----------------------------------------------------------------------------------------------------
/** What one call opened. All of it is closed after the call: no advisory lock and no shadow database outlives it. */
const opened = []
async function closeAll() {
  for (const close of opened.splice(0).reverse()) await close().catch(() => {})
}

async function open(url) {
  const schema = new URL(url).searchParams.get('schema') ?? 'public'
  const pool = new pg.Pool({ connectionString: url, Client: CatalogueClient, options: '-c timezone=UTC' })
  opened.push(() => pool.end())
  const adapter = namingCharacters(await new PrismaPg(pool, { schema }).connect())
  const startTransaction = adapter.startTransaction.bind(adapter)
  adapter.startTransaction = async (level) => namingCharacters(await startTransaction(level))
  // The adapter cuts a script at every ';', also inside a function body: send it whole.
  adapter.executeScript = async (script) => {
    await pool.query(script).catch((error) => {
      throw new Error(error.position ? `${error.message} (at character ${error.position})` : error.message, {
        cause: error,
      })
    })
  }
  adapter.dispose = async () => {}
  return adapter
}

/** An empty database in which the engine replays the migrations, to compare. */
async function openShadow() {
  if (datasource.shadowDatabaseUrl) return open(datasource.shadowDatabaseUrl)
  const name = `prisma_migrate_shadow_db_${randomUUID()}`
  await withClient(datasource.url, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`))
  opened.push(() =>
    withClient(datasource.url, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)),
  )
  return open(withDatabase(datasource.url, name))
}

const factory = bindMigrationAwareSqlAdapterFactory({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: () => open(datasource.url),
  connectToShadowDb: openShadow,
})

// --- What the command expects ----------------------------------------------------------------------------------------
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

/** The command reads failures from stderr in this form, and skips the first line. */
function sendFailure(message, extra) {
  const entry = {
    timestamp: new Date().toISOString(),
    level: 'ERROR',
    target: 'schema_engine::logger',
    fields: { message, ...extra },
  }
  process.stderr.write(`\n${JSON.stringify(entry)}\n`)
}

/** `schema-engine cli can-connect-to-database | create-database | drop-database`. */
async function manageDatabase(command) {
  const name = databaseOf(datasource.url)
  const statement = {
    'create-database': `CREATE DATABASE "${name}"`,
    'drop-database': `DROP DATABASE "${name}" WITH (FORCE)`,
  }[command]
  const url = statement ? withDatabase(datasource.url, 'postgres') : datasource.url
  try {
    await withClient(url, (client) => client.query(statement ?? 'SELECT 1'))
  } catch (error) {
    const code = { '3D000': 'P1003', '28P01': 'P1000', '42P04': 'P1009' }[error.code] ?? 'P1001'
    sendFailure(error.message, { is_panic: false, error_code: code })
    process.exit(1)
  }
}

async function serve() {
  process.on('SIGTERM', () => {}) // comes as soon as stdin closes; leave after the clean-up instead
  let panic
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    set_message: (message) => {
      panic = message
    },
  }
  const crash = async (error) => {
    sendFailure(panic ?? error?.message ?? String(error), { is_panic: Boolean(panic) })
    await closeAll()
    process.exit(panic ? 101 : 1)
  }
  process.on('uncaughtException', crash).on('unhandledRejection', crash)

  const wasm = join(
    dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
    'schema_engine_bg.wasm',
  )
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()

  const datamodels = valuesOf('--datamodels').map((path) => [path, readFileSync(path, 'utf8')])

  async function call(method, params) {
    // An engine a call: one that is kept would keep its shadow database too.
    const engine = await glue.SchemaEngine.new(
      { datamodels: datamodels.length ? datamodels : undefined },
      () => {},
      factory,
    )
    if (method === 'getDatabaseVersion') return engine.version()
    // These two read the shadow schema only from a cache which this call fills.
    if (method === 'evaluateDataLoss' || method === 'createMigration')
      await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
    return (await engine[method](params)) ?? null
  }

  function explain(error) {
    const id = /External error id#(\d+)/.exec(error.message)?.[1]
    const cause = id && factory.errorRegistry.consumeError(Number(id))?.error
    return cause ? `${cause.message}\n${error.message}` : (error.message ?? String(error))
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    if (!method) continue // the command acknowledges a print
    try {
      const result = await call(method, params)
      await closeAll()
      // The native engine prints a diff through a call of its own instead of returning it.
      const printed = method === 'diff' && result.stdout != null
      if (printed) send({ id: `print-${id}`, method: 'print', params: { content: result.stdout } })
      send({ id, result: printed ? { ...result, stdout: null } : result })
    } catch (error) {
      await closeAll()
      send({
        id,
        error: {
          code: 4466,
          message: 'see data',
          data: { is_panic: false, message: explain(error), error_code: error.code, meta: error.meta },
        },
      })
    }
  }
  await closeAll()
  process.exit(0)
}

if (argv.includes('--version')) console.log('schema-engine-wasm')
else if (argv.includes('cli')) await manageDatabase(argv[argv.indexOf('cli') + 1])
else await serve()
