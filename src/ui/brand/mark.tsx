/** Three steps and the water that goes over them. */
export const Mark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 24 24" fill="none" aria-hidden className={className}>
    <rect width="24" height="24" rx="6.5" fill="var(--accent)" />
    <path
      d="M4.5 7.5h4.2c1 0 1.6.6 1.6 1.6v1.3c0 1 .6 1.6 1.6 1.6h1.2c1 0 1.6.6 1.6 1.6v1.3c0 1 .6 1.6 1.6 1.6h3.2"
      stroke="var(--on-accent)"
      strokeWidth="2.1"
      strokeLinecap="round"
    />
    <path
      d="M4.5 12.4h1.6M4.5 16.5h6"
      stroke="var(--on-accent)"
      strokeOpacity=".55"
      strokeWidth="2.1"
      strokeLinecap="round"
    />
  </svg>
)

export const Wordmark = () => (
  <span className="flex items-center gap-2">
    <Mark className="size-6" />
    <span className="font-semibold text-[0.9375rem] tracking-[-0.015em]">Spillway</span>
  </span>
)
