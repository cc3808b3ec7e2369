/** One thing that was looked at. `wrong` fails the doctor; `note` is worth knowing. */
export interface Finding {
  readonly check: string
  readonly verdict: 'ok' | 'note' | 'wrong'
  /** What was found, and for anything but ok what to do about it. */
  readonly says: string
}

export const ok = (check: string, says: string): Finding => ({ check, verdict: 'ok', says })
export const note = (check: string, says: string): Finding => ({ check, verdict: 'note', says })
export const wrong = (check: string, says: string): Finding => ({ check, verdict: 'wrong', says })

/** Runs a check that may fail to run: then that is the finding. */
export async function look(check: string, find: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await find()
  } catch (error) {
    return [
      wrong(
        check,
        error instanceof Error && error.message !== ''
          ? error.message
          : String((error as { code?: string }).code ?? error),
      ),
    ]
  }
}
