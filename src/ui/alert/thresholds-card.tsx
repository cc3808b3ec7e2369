'use client'
import { useMutation } from '@tanstack/react-query'
import { Card, SectionHead } from '../primitives/card.tsx'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import { useChosen, useSave } from './use-save.ts'

type Settings = Outputs['alert']['settings']['settings']

const THRESHOLDS = [50, 75, 90, 100] as const
const CHANNELS = [
  ['portal', 'Bell'],
  ['mail', 'Mail'],
  ['webhook', 'Webhook'],
] as const

/** Which thresholds are told where. A box saves itself. */
export function ThresholdsCard({ settings, changes }: { settings: Settings; changes: boolean }) {
  const save = useMutation(useTRPC().alert.saveSettings.mutationOptions(useSave('Alerts were changed')))
  const { shown, choose, settled } = useChosen(settings)
  const toggle = (channel: keyof Settings, threshold: (typeof THRESHOLDS)[number]) => {
    const now = settings[channel]
    const next = now.includes(threshold) ? now.filter((one) => one !== threshold) : [...now, threshold]
    const all = { portal: [...settings.portal], mail: [...settings.mail], webhook: [...settings.webhook] }
    const changed = { ...all, [channel]: next }
    choose(changed)
    save.mutate(changed, settled)
  }
  return (
    <Card aria-labelledby="thresholds" className="p-5">
      <SectionHead id="thresholds" title="Alerts" note="When so much of a window, a cap or your credits is used" />
      <table className="mt-4 w-full text-13">
        <caption className="sr-only">Thresholds told on each channel</caption>
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="pb-2 text-left font-medium">
              Used
            </th>
            {CHANNELS.map(([channel, title]) => (
              <th key={channel} scope="col" className="pb-2 font-medium">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {THRESHOLDS.map((threshold) => (
            <tr key={threshold} className="border-line border-t">
              <th scope="row" className="py-2 text-left font-medium">
                {threshold}%
              </th>
              {CHANNELS.map(([channel, title]) => (
                <td key={channel} className="text-center">
                  <label className="inline-grid size-9 place-items-center">
                    <span className="sr-only">
                      {title} at {threshold}%
                    </span>
                    <input
                      type="checkbox"
                      disabled={!changes || save.isPending}
                      checked={shown[channel]?.includes(threshold) ?? false}
                      onChange={() => toggle(channel, threshold)}
                      className="size-4 accent-[var(--accent)]"
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-13 text-ink-3">
        Mails go to owners and billing. Of several thresholds that are crossed at once, the highest is told.
      </p>
    </Card>
  )
}
