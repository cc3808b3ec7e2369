/** Keeps what is typed or pasted between asking for the box that finds and its being there, so that none of it is lost. */
export class EarlyKeys {
  private text = ''
  private entered = false
  private ends: (() => void) | null = null

  get running(): boolean {
    return this.ends !== null
  }

  start(onEscape: () => void): void {
    this.stop()
    // at the window and first: no other key of the page may act on what is meant for the box
    const keep = (event: Event) => {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key.length === 1) this.text += event.key
      else if (event.key === 'Backspace') this.text = this.text.slice(0, -1)
      else if (event.key === 'Enter') this.entered = true
      else if (event.key === 'Escape') {
        this.stop()
        onEscape()
      } else return
      keep(event)
    }
    const onPaste = (event: ClipboardEvent) => {
      this.text += event.clipboardData?.getData('text') ?? ''
      keep(event)
    }
    window.addEventListener('keydown', onKey, true)
    window.addEventListener('paste', onPaste, true)
    this.ends = () => {
      window.removeEventListener('keydown', onKey, true)
      window.removeEventListener('paste', onPaste, true)
    }
  }

  /** What was kept; from now on the box hears for itself. */
  stop(): { readonly text: string; readonly entered: boolean } {
    this.ends?.()
    this.ends = null
    const kept = { text: this.text, entered: this.entered }
    this.text = ''
    this.entered = false
    return kept
  }
}
