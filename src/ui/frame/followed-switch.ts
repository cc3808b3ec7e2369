'use client'
import { useEffect } from 'react'

export interface Belonging {
  readonly customer: string
  readonly customerName: string
  readonly role: string
}

/** Other tabs of this browser have the same session: none may go on to show one customer's figures under another's name. */
const CHANNEL = 'spillway.customer'

/** Every part of a page is another customer's from here on, so all of it is loaded anew. */
const startOver = () => window.location.assign('/app')

/** Takes this tab and every other of this browser to the customer that was chosen. */
export function goTo(customer: string): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(customer)
  channel.close()
  startOver()
}

/** Follows a change of customer in another tab. */
export function useFollowedSwitch(here: string): void {
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = ({ data }) => {
      if (data !== here) startOver()
    }
    return () => channel.close()
  }, [here])
}
