'use client'
import { ThemeProvider, useTheme } from 'next-themes'
import type { ReactNode } from 'react'
import { Toaster } from 'sonner'
import { TRPCReactProvider } from '../trpc/client.tsx'

export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <ThemeProvider attribute="class" disableTransitionOnChange nonce={nonce}>
      <TRPCReactProvider>{children}</TRPCReactProvider>
      <Toasts />
    </ThemeProvider>
  )
}

const Toasts = () => (
  <Toaster
    position="bottom-right"
    theme={useTheme().resolvedTheme === 'dark' ? 'dark' : 'light'}
    toastOptions={{ className: 'font-sans' }}
  />
)
