/** Room to grow before it has to move. */
const SLACK = 1.25

/**
 * A text as UTF-8, outside the heap and written over in place: as a string each would live until the customer's next
 * call, so the garbage collector would copy it twice.
 */
export class KeptText {
  private room: Buffer
  private length = 0

  constructor(text: string) {
    this.room = Buffer.from(text)
    this.length = this.room.length
  }

  /** Not to be kept: it is written over. */
  get bytes(): Buffer {
    return this.room.subarray(0, this.length)
  }

  keep(bytes: Buffer): void {
    if (bytes.length > this.room.length) this.room = Buffer.allocUnsafeSlow(Math.ceil(bytes.length * SLACK))
    bytes.copy(this.room)
    this.length = bytes.length
  }
}
