/** How far the runner is. */
export type Phase = 'loading' | 'serving' | 'draining' | 'closing'

/** The signals that end the runner. */
export type EndingSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGUSR2'

/** What a signal asks for. */
export type SignalAction =
  | { readonly type: 'ignore' }
  /** Nothing is being served, or it was asked for twice. */
  | { readonly type: 'exit'; readonly why: 'drained' | 'interrupted' }
  /** Begin to drain, or hurry with it. */
  | { readonly type: 'drain'; readonly deadline: 'full' | 'fast'; readonly closeIdle: boolean }

export interface SignalContext {
  /** A person at a terminal is waiting. */
  readonly isTerminal: boolean
  /** A SIGINT has come before. */
  readonly isInterrupted: boolean
}

/** Decides what a signal means. SIGQUIT is quick as for nginx and gunicorn; SIGUSR2 is Einhorn's request to drain. */
export function signalAction(
  phase: Phase,
  signal: EndingSignal,
  context: SignalContext,
): SignalAction {
  if (signal === 'SIGINT' && context.isInterrupted) return { type: 'exit', why: 'interrupted' }
  const action = ACTIONS[phase][signal]
  return action === 'drainOrHurry' ? (context.isTerminal ? hurry : drain) : action
}

const ignore = { type: 'ignore' } as const
const exit = { type: 'exit', why: 'drained' } as const
const drain = { type: 'drain', deadline: 'full', closeIdle: false } as const
const hurry = { type: 'drain', deadline: 'fast', closeIdle: false } as const
const quick = { type: 'drain', deadline: 'fast', closeIdle: true } as const

// A repeated SIGTERM shortens the deadline and does not kill: supervisors repeat signals.
const ACTIONS: Record<Phase, Record<EndingSignal, SignalAction | 'drainOrHurry'>> = {
  loading: { SIGTERM: exit, SIGINT: exit, SIGQUIT: exit, SIGUSR2: exit },
  serving: { SIGTERM: drain, SIGINT: 'drainOrHurry', SIGQUIT: quick, SIGUSR2: drain },
  draining: { SIGTERM: hurry, SIGINT: hurry, SIGQUIT: quick, SIGUSR2: ignore },
  closing: { SIGTERM: ignore, SIGINT: ignore, SIGQUIT: exit, SIGUSR2: ignore },
}
