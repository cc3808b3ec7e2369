/**
 * A batch from its start to its answer. Once its statement is sent, the next batch may build on what it leaves without
 * waiting for it: PostgreSQL runs the statements of a connection in turn, each leaves its name in a setting of the
 * session when it took place as a whole, and the next one leaves out whoever relied on it if that name is not there.
 * Versions alone could not tell: they are consecutive numbers, and another process may have written the one expected.
 */
export class Flight {
  /** Unlike that of any other batch of any process. */
  readonly name: string
  /** Does its statement leave the name? */
  named = false
  private readonly onOpen: () => void
  private sent = false

  constructor(name: string, onOpen: () => void) {
    this.name = name
    this.onOpen = onOpen
  }

  /** May another batch build on it? */
  get open(): boolean {
    return this.sent && this.named
  }

  /** Its statement is on its way, and its entries are as that leaves them. */
  markSent(): void {
    this.sent = true
    if (this.named) this.onOpen()
  }
}
