/** What a customer's own key may ever do. */
export const KEY_SCOPES = [
  { scope: 'decide', does: 'asks for decisions, captures and releases holds' },
  { scope: 'read', does: 'reads access, decisions and usage' },
  { scope: 'ingest', does: 'records usage that was decided elsewhere' },
] as const
export type KeyScope = (typeof KEY_SCOPES)[number]['scope']
