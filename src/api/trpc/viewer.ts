import 'server-only'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { freshViewer } from '../../auth/fresh.ts'
import {
  customerScope,
  type CustomerScope,
  homeOf,
  staffScope,
  type StaffScope,
  type Viewer,
} from '../../auth/scope.ts'
import { sessionCookieName } from '../../auth/session.ts'
import { engineHolder } from './engine-holder.ts'

/** Who the request's cookie says is signed in, as the session's row has it now; null for nobody. */
export async function readViewer(): Promise<Viewer | null> {
  const { engine, settings } = engineHolder()
  const token = (await cookies()).get(sessionCookieName(settings.secureCookies))?.value
  return freshViewer(engine, { token, mode: settings.mode })
}

/** The same, read once per rendered page. */
export const currentViewer = cache(readViewer)

/** With the way back, which the sign-in page looks at closely. */
async function toSignIn(): Promise<never> {
  const path = (await headers()).get('x-spillway-path') ?? '/app'
  redirect(`/sign-in?next=${encodeURIComponent(path)}`)
}

/** The gate of a customer's pages: sends whoever is not signed in there, and staff to their own. */
export async function requireViewer(): Promise<CustomerScope> {
  const viewer = (await currentViewer()) ?? (await toSignIn())
  return customerScope(viewer) ?? redirect(homeOf(viewer))
}

/** The gate of staff's pages: for everybody else they are not there. @public */
export async function requireStaff(): Promise<StaffScope> {
  const viewer = (await currentViewer()) ?? (await toSignIn())
  return staffScope(viewer) ?? redirect(homeOf(viewer))
}
