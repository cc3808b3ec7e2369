'use client'
import { useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'

/** What every change of a setting does afterwards: everything on the page is read again, and a refusal is said. */
export function useSave(saved: string) {
  const queries = useQueryClient()
  return {
    onSuccess: async () => {
      await queries.invalidateQueries()
      toast.success(saved)
    },
    onError: (error: { message: string }) => void toast.error(error.message),
  }
}
