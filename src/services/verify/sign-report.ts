import { publicKeyOf, type Signed, signContent, verifySignature } from './signature.ts'
import type { VerifyReport } from './report.ts'

const PURPOSE = 'spillway verify report 1'

export type SignedReport = Signed<VerifyReport>

/** The report with an Ed25519 signature; see `signature.ts` for the key. */
export function signReport(engine: { readonly secret: string }, report: VerifyReport): SignedReport {
  return signContent(engine.secret, PURPOSE, report)
}

/** Whether the report is unchanged since this installation, or the holder of the given public key, signed it. */
export function verifyReportSignature(
  signed: SignedReport,
  trusted: { readonly secret: string } | { readonly publicKey: string },
): boolean {
  const publicKey = 'secret' in trusted ? publicKeyOf(trusted.secret) : trusted.publicKey
  return verifySignature(signed, PURPOSE, publicKey)
}
