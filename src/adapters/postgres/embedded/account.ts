import { execFile } from 'node:child_process'
import { chownSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An unprivileged account of this machine. */
type Account = { uid: number; gid: number }

/** How to run PostgreSQL's programs: as ourselves, or, when we are root, as the account that they accept. */
export type RunAs = {
  own(path: string): void
  canEnter(path: string): Promise<boolean>
  exec(file: string, args: string[], cwd: string): Promise<void>
}

/** PostgreSQL refuses to run as root: the first of these accounts that exists gets the cluster. */
function unprivileged(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const passwd = readFileSync('/etc/passwd', 'utf8')
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = passwd.match(new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm')) ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65534, gid: 65534 }
}

export function runAs(): RunAs {
  const account = unprivileged()
  return {
    own: (path) => {
      if (account) chownSync(path, account.uid, account.gid)
    },
    // Asking as that account is the only honest test: a parent directory of mode 0700 hides everything below it.
    canEnter: async (path) =>
      !account ||
      run('test', ['-x', path], { ...account, cwd: '/' }).then(
        () => true,
        () => false,
      ),
    exec: async (file, args, cwd) => {
      await run(file, args, { ...account, cwd })
    },
  }
}
