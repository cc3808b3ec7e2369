import { type Command, InvalidArgumentError } from 'commander'
import { STAFF_ROLES, type StaffRole } from '../../core/identity/roles.ts'
import { emailOf } from '../../core/identity/sign-in-rules.ts'
import { readConfig } from '../../main/config.ts'
import { endStaffRole } from '../../services/identity/end-staff-role.ts'
import { ensurePerson } from '../../services/identity/ensure-person.ts'
import { makeLink } from '../../services/identity/send-link.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import type { DatabaseFlags } from '../target.ts'

interface AddFlags extends DatabaseFlags {
  json?: boolean
  email: string
  role: StaffRole
  name?: string
  url?: string
}

interface RemoveFlags extends DatabaseFlags {
  json?: boolean
  email: string
}

const ACTOR = { kind: 'system', job: 'cli' } as const

export function addStaff(program: Command): void {
  const staff = program.command('staff').description('people who run the service')
  staff
    .command('add')
    .description('put somebody on staff, the first admin too; prints a link with which they set their password once')
    .requiredOption('--email <address>', 'where they are reached', parseEmail)
    .requiredOption('--role <role>', `one of ${STAFF_ROLES.join(', ')}`, parseRole)
    .option('--name <text>', 'what people call them; the address without it')
    .option('--url <url>', 'what the link begins with; SPILLWAY_URL without it')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(add)
  staff
    .command('remove')
    .description('take somebody off staff; it acts on their next call')
    .requiredOption('--email <address>', 'under which they sign in', parseEmail)
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(remove)
}

async function add(flags: AddFlags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const { email, role } = flags
    const user = await ensurePerson(engine, {
      email,
      name: flags.name ?? email,
      staffRole: role,
      memberships: [],
      actor: ACTOR,
    })
    const { path, expiresAtMs } = await makeLink(engine, { user, purpose: 'set_password', next: '' })
    const link = `${originOf(flags.url)}${path}`
    output(flags).note(
      `${email} is ${role}. This link sets their password, once, until ${new Date(expiresAtMs).toISOString()}:`,
    )
    output(flags).result({ id: user.id, email, role, link, expiresAtMs }, () => link)
  })
}

async function remove(flags: RemoveFlags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const outcome = await endStaffRole(engine, { email: flags.email, actor: ACTOR })
    if (outcome === 'unknown') throw new CliFailure(EXIT.usage, `nobody on staff has the address ${flags.email}`)
    output(flags).result({ email: flags.email, role: null }, () => `${flags.email} is not on staff any more`)
  })
}

/** As the environment says; a demo's own machine without it. */
function originOf(url: string | undefined): string {
  const reading = readConfig({ ...process.env, SPILLWAY_URL: url ?? process.env['SPILLWAY_URL'] })
  const named = reading.ok ? reading.config.publicUrl : null
  if (named !== null) return new URL(named).origin
  const [host, port] = reading.ok ? [reading.config.host, reading.config.port] : ['127.0.0.1', 3000]
  return `http://${host}:${port}`
}

function parseEmail(text: string): string {
  const email = emailOf(text)
  if (email === null) throw new InvalidArgumentError('That is no e-mail address.')
  return email
}

function parseRole(text: string): StaffRole {
  const role = STAFF_ROLES.find((one) => one === text)
  if (role === undefined) throw new InvalidArgumentError(`Roles on staff are ${STAFF_ROLES.join(', ')}.`)
  return role
}
