const FACTS = [
  [
    'Decided at once',
    'Rate limits, included windows, grants and credits are asked in one call and answered once. Whatever is left uncovered decides.',
  ],
  [
    'Never spent twice',
    'What is taken leaves the balance in the same commit as the decision. How far settlement is behind is shown, and changes nothing.',
  ],
  [
    'Explained for ever',
    'Each decision keeps its inputs and its policy version, and is recomputed in front of you: the same, or it says so.',
  ],
] as const

export const Facts = () => (
  <section aria-label="What it promises" className="mt-14 mb-16 grid gap-8 border-line border-t pt-10 sm:grid-cols-3">
    {FACTS.map(([title, text]) => (
      <div key={title}>
        <h2 className="font-semibold text-[0.9375rem]">{title}</h2>
        <p className="mt-1.5 text-ink-2">{text}</p>
      </div>
    ))}
  </section>
)
