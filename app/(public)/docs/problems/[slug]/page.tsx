import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Wordmark } from '@/ui/brand/mark.tsx'
import { Prose } from '@/ui/docs/prose.tsx'
import { ThemeSwitch } from '@/ui/frame/theme-switch.tsx'

interface Props {
  params: Promise<{ slug: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await read((await params).slug)
  return { title: page?.title ?? 'Not found' }
}

/** The page that a problem's `type` names. */
export default async function ProblemPage({ params }: Props) {
  const page = await read((await params).slug)
  if (page === null) notFound()
  return (
    <div className="mx-auto max-w-[760px] px-5 sm:px-8">
      <header className="flex h-16 items-center justify-between">
        <Link href="/" aria-label="Spillway, start page">
          <Wordmark />
        </Link>
        <ThemeSwitch />
      </header>
      <main id="content" className="pt-8 pb-16">
        <p className="mb-2 text-ink-3 text-sm">Problem type of the decision API</p>
        <h1 className="mb-6 font-semibold text-2xl tracking-[-0.02em]">{page.title}</h1>
        <Prose paragraphs={page.paragraphs} />
      </main>
    </div>
  )
}

const SLUG = /^[a-z]+(-[a-z]+)*$/

async function read(slug: string): Promise<{ title: string; paragraphs: readonly string[] } | null> {
  if (!SLUG.test(slug)) return null
  const text = await readFile(join(process.cwd(), 'docs/api', `${slug}.md`), 'utf8').catch(absent)
  if (text === null) return null
  const [heading = '', ...paragraphs] = text.trim().split(/\n{2,}/)
  return { title: heading.replace(/^# /, ''), paragraphs }
}

/** There is no such page; any other fault is one. */
function absent(fault: NodeJS.ErrnoException): null {
  if (fault.code === 'ENOENT') return null
  throw fault
}
