/**
 * How an export is to be used. `auto` finds out; the others say it for an export that can be read in two ways,
 * such as a function of one parameter.
 */
export type Interface = 'auto' | 'node' | 'fetch' | 'factory' | 'server'

export const INTERFACES: readonly Interface[] = ['auto', 'node', 'fetch', 'factory', 'server']
