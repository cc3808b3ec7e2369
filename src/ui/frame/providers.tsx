'use client'
import { ThemeProvider } from 'next-themes'
import type { ReactNode } from 'react'
import { Toasts } from '../primitives/toasts.tsx'
import { TRPCReactProvider } from '../trpc/client.tsx'

export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <ThemeProvider attribute="class" nonce={nonce}>
      <TRPCReactProvider>{children}</TRPCReactProvider>
      <Toasts />
    </ThemeProvider>
  )
}
