'use client'
import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { dayTime, zoneName } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Button } from '../primitives/button.tsx'
import { toast } from '../primitives/toast.ts'

export interface MadeSecret {
  readonly name: string
  readonly secret: string
  /** When the key that this one takes the place of ends; null: it takes nobody's. */
  readonly oldEndsAtMs: number | null
}

/** The only time that a secret is on a screen. */
export function SecretOnce({ made, zone, onDone }: { made: MadeSecret; zone: string; onDone: () => void }) {
  const nowMs = useNow()
  const [copied, setCopied] = useState(false)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [made])
  const copy = () =>
    navigator.clipboard.writeText(made.secret).then(
      () => setCopied(true),
      () => toast.error('The browser did not allow copying: select it and copy it by hand'),
    )
  return (
    <section aria-labelledby="secret" className="rounded-xl border border-accent-line bg-accent-soft p-5">
      <h2 id="secret" ref={head} tabIndex={-1} className="font-semibold text-[0.9375rem] outline-none">
        Copy the secret of &ldquo;{made.name}&rdquo; now
      </h2>
      <p className="mt-1 text-13 text-ink-2">
        It is shown this once: we keep only its hash.
        {made.oldEndsAtMs !== null &&
          ` The old secret works beside it until ${dayTime(made.oldEndsAtMs, zone, nowMs)} ${zoneName(zone)}.`}
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <code
          data-secret
          className="min-w-0 grow select-all break-all rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-13"
        >
          {made.secret}
        </code>
        <Button tone="primary" onClick={() => void copy()}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />} {copied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
      <span role="status" className="sr-only">
        {copied ? 'Secret copied' : ''}
      </span>
    </section>
  )
}
