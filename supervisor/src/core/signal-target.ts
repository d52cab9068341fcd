/** Who gets a signal: the process, its direct children without it, it and all it has started, or one direct child. */
export type SignalTarget = 'process' | 'children' | 'tree' | { readonly childPid: number }
