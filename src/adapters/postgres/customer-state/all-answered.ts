/** Like Promise.all, but waits for every statement's answer before it throws: the connection is quiet afterwards. */
export async function allAnswered<T extends readonly unknown[]>(
  statements: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(statements)
  return Promise.all(statements)
}
