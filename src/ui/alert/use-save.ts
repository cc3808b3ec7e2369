'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from '../primitives/toast.ts'

/** What every change of a setting does afterwards: everything on the page is read again, and a refusal is said. */
export function useSave(saved: string) {
  const queries = useQueryClient()
  return {
    onSuccess: async () => {
      await queries.invalidateQueries()
      toast.success(saved)
    },
    onError: (error: { message: string }) => toast.error(error.message),
  }
}

/**
 * What somebody just chose, until the server's word is on the page: a control that waited for the mutation to be under way
 * would jump back for a moment.
 */
export function useChosen<T>(saved: T) {
  const [chosen, choose] = useState<T | null>(null)
  return { shown: chosen ?? saved, choose, settled: { onSettled: () => choose(null) } }
}
