'use client'

/** The layout itself failed, so nothing of it may be used: no fonts, no theme, no components. */
export default function Failed({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body
        style={{
          fontFamily: 'system-ui, sans-serif',
          display: 'grid',
          placeItems: 'center',
          minHeight: '100dvh',
          margin: 0,
          textAlign: 'center',
        }}
      >
        <main role="alert">
          <h1 style={{ fontSize: 22 }}>Spillway could not show this page</h1>
          <p>Something failed on our side. Nothing was changed.</p>
          <button type="button" onClick={reset} style={{ font: 'inherit', padding: '8px 14px' }}>
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
