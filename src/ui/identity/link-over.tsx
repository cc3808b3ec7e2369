import Link from 'next/link'
import { buttonStyle } from '../primitives/button.tsx'
import { Door } from './door.tsx'

/** One page for a link that was used, has expired or never was: we do not tell which. */
export const LinkOver = ({ what }: { what: 'link' | 'invitation' }) => (
  <Door
    title={`This ${what} is over`}
    note={
      what === 'link'
        ? 'It was used, has expired, or never was. Have a new one mailed to you.'
        : 'It was used, taken back, has expired, or never was. Ask whoever invited you for a new one.'
    }
  >
    <Link href="/sign-in" className={`w-full ${buttonStyle({ tone: 'primary' })}`}>
      To sign-in
    </Link>
  </Door>
)
