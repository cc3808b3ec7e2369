/** Room to grow before it has to move. */
const SLACK = 1.25

/** Of its own: what is cut from the shared pool would keep 8 KB of others' alive for as long as it is remembered. */
const roomFor = (bytes: number): Buffer => Buffer.allocUnsafeSlow(Math.ceil(bytes * SLACK))

/**
 * A text as UTF-8, outside the heap and written over in place: as a string each would live until the customer's next
 * call, so the garbage collector would copy it twice.
 */
export class KeptText {
  private room: Buffer
  private length: number

  constructor(text: string) {
    this.room = roomFor(Buffer.byteLength(text))
    this.length = this.room.write(text)
  }

  /** Not to be kept: it is written over. */
  get bytes(): Buffer {
    return this.room.subarray(0, this.length)
  }

  toString(): string {
    return this.room.toString('utf8', 0, this.length)
  }

  keep(bytes: Buffer): void {
    if (bytes.length > this.room.length) this.room = roomFor(bytes.length)
    bytes.copy(this.room)
    this.length = bytes.length
  }
}
