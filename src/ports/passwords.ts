/** Slow, salted hashing of passwords, of all their characters. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** `stored` null: nobody to compare with, and no; it takes as long as a comparison. Throws PasswordsBusy. */
  matches(password: string, stored: string | null): Promise<boolean>
}

/** More people sign in at once than hashing has room for: try again. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}
