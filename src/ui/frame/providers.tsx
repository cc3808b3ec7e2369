'use client'
import { ThemeProvider } from 'next-themes'
import type { ReactNode } from 'react'
import { Toaster } from 'sonner'
import { TRPCReactProvider } from '../trpc/client.tsx'

export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <ThemeProvider attribute="class" disableTransitionOnChange nonce={nonce}>
      <TRPCReactProvider>{children}</TRPCReactProvider>
      <Toaster position="bottom-right" toastOptions={{ className: 'font-sans' }} />
    </ThemeProvider>
  )
}
