'use client'
import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { toast } from '../primitives/toast.ts'

/** The only time that the secret is on a screen. */
export function WebhookSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false)
  const head = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another secret takes the focus again
  useEffect(() => head.current?.focus(), [secret])
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setCopied(true),
      () => toast.error('The browser did not allow copying: select it and copy it by hand'),
    )
  return (
    <section aria-labelledby="webhook-secret" className="rounded-xl border border-accent-line bg-accent-soft p-5">
      <h2 id="webhook-secret" ref={head} tabIndex={-1} className="font-semibold text-[0.9375rem] outline-none">
        Copy the signing secret now
      </h2>
      <p className="mt-1 text-13 text-ink-2">
        It is shown this once. Your server checks with it that a delivery is from here and was not changed.
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <code
          data-secret
          className="min-w-0 grow select-all break-all rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-13"
        >
          {secret}
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
