import { query } from '../command.ts'

export interface IpythonReply {
  /** Circus: the connection file of an IPython kernel inside circusd. */
  readonly shell: false
  readonly msg: string
}

/** `ipython`: there is no Python in this circusd. Answered as Circus does where IPython is missing. Circus docs: commands/ipython. */
export const ipython = query({
  name: 'ipython',
  access: 'read',
  summary: 'Create shell into circusd process: there is none in this circusd',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (): IpythonReply => ({ shell: false, msg: 'circusd runs on Node: there is no IPython' }),
  text: () => 'error: Could not start ipython kernel',
})
