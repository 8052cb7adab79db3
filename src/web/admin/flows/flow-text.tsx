/**
 * The text of a flow with what the checker says beside each line. A textarea that one types in lies over the same text in
 * colours, so selection, undo and screen readers are the browser's own.
 */
import { useImperativeHandle, useRef, type KeyboardEvent, type Ref } from 'react'
import type { Finding, Position } from '../../../core/flow/finding.ts'
import { piecesOf } from './colours.ts'
import styles from './flow-text.module.css'

export type FlowTextHandle = Readonly<{ jump(to: Position): void }>

type FlowTextProps = Readonly<{
  label: string
  text: string
  findings: readonly Finding[]
  onChange(text: string): void
  ref?: Ref<FlowTextHandle>
}>

const lineHeightPx = 20

export function FlowText({ label, text, findings, onChange, ref }: FlowTextProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  useImperativeHandle(ref, () => ({
    jump({ line, column }) {
      const { current } = area
      if (current === null) return
      const offset = offsetOf(current.value, line, column)
      current.focus({ preventScroll: true })
      current.setSelectionRange(offset, endOfWord(current.value, offset))
      frame.current?.scrollTo({ top: Math.max(0, (line - 4) * lineHeightPx) })
    },
  }))
  const lines = text.split('\n')
  const byLine = Map.groupBy(findings, ({ at }) => at.line)
  return (
    <div ref={frame} className={styles.frame}>
      <div className={styles.gutter} aria-hidden="true">
        {lines.map((_, i) => (
          <span key={i} data-severity={worst(byLine.get(i + 1))}>
            {i + 1}
          </span>
        ))}
      </div>
      <div className={styles.sheet}>
        <pre aria-hidden="true">
          {lines.map((line, i) => (
            <Line key={i} text={line} findings={byLine.get(i + 1)} />
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label={label}
          value={text}
          rows={lines.length}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={keepIndentation}
        />
      </div>
    </div>
  )
}

function Line({ text, findings }: { text: string; findings: readonly Finding[] | undefined }) {
  const first = findings?.find(({ severity }) => severity === 'error') ?? findings?.[0]
  return (
    <span className={styles.line} data-severity={worst(findings)}>
      {piecesOf(text).map(({ kind, text: piece }, i) => (
        <span key={i} data-kind={kind}>
          {piece}
        </span>
      ))}
      {first !== undefined && <em>{first.message}</em>}
      {'\n'}
    </span>
  )
}

const worst = (findings: readonly Finding[] | undefined): string | undefined =>
  findings?.some(({ severity }) => severity === 'error') === true ? 'error' : findings?.[0]?.severity

/** A new line begins where the one before began. */
function keepIndentation(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return
  const { value, selectionStart } = event.currentTarget
  const begin = value.lastIndexOf('\n', selectionStart - 1) + 1
  const indentation = /^ */.exec(value.slice(begin, selectionStart))?.[0] ?? ''
  if (indentation === '') return
  event.preventDefault()
  // The one way that keeps the browser's undo.
  document.execCommand('insertText', false, `\n${indentation}`)
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1
}

function endOfWord(text: string, from: number): number {
  const word = /^[\w-]+/.exec(text.slice(from))?.[0] ?? ''
  return from + word.length
}
