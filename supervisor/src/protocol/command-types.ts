import type { JobResult } from '../core/job.ts'
import type { AddProperties, AddReply } from './commands/add.ts'
import type { CancelProperties } from './commands/cancel.ts'
import type { DstatsReply } from './commands/dstats.ts'
import type { GetProperties, GetReply } from './commands/get.ts'
import type { GlobaloptionsProperties, GlobaloptionsReply } from './commands/globaloptions.ts'
import type { IpythonReply } from './commands/ipython.ts'
import type { JobsReply } from './commands/jobs.ts'
import type { KillProperties } from './commands/kill.ts'
import type { ListProperties, ListReply } from './commands/list.ts'
import type { ListsocketsReply } from './commands/listsockets.ts'
import type { NumprocessesProperties, NumprocessesReply } from './commands/numprocesses.ts'
import type { NumwatchersReply } from './commands/numwatchers.ts'
import type { OptionsProperties, OptionsReply } from './commands/options.ts'
import type { QuitProperties } from './commands/quit.ts'
import type { ReloadProperties } from './commands/reload.ts'
import type { ReloadconfigProperties } from './commands/reloadconfig.ts'
import type { RmProperties } from './commands/rm.ts'
import type { SetProperties } from './commands/set.ts'
import type { SignalProperties } from './commands/signal.ts'
import type { StatsProperties, StatsReply } from './commands/stats.ts'
import type { StatusProperties, StatusReply } from './commands/status.ts'
import type { VersionReply } from './commands/version.ts'
import type { WaitProperties, WaitReply } from './commands/wait.ts'
import type { WhyProperties, WhyReply } from './commands/why.ts'
import type { ResizeProperties, ResizeReply } from './resize.ts'
import type { SelectionProperties } from './selection.ts'

type NoFields = Readonly<Record<string, never>>

/** What was done is not all that whoever asked may have meant. */
interface Noted {
  readonly notes?: readonly string[]
}

/** What each command takes, and the fields which its success reply has beside `status`, `time` and `id`. */
export interface CommandTypes {
  readonly add: Shape<AddProperties, AddReply & Noted>
  readonly cancel: Shape<CancelProperties, NoFields>
  readonly decr: Shape<ResizeProperties, ResizeReply>
  readonly dstats: Shape<NoFields, DstatsReply>
  readonly get: Shape<GetProperties, GetReply>
  readonly globaloptions: Shape<GlobaloptionsProperties, GlobaloptionsReply>
  readonly incr: Shape<ResizeProperties, ResizeReply>
  readonly ipython: Shape<NoFields, IpythonReply>
  readonly jobs: Shape<NoFields, JobsReply>
  readonly kill: Shape<KillProperties, NoFields>
  readonly list: Shape<ListProperties, ListReply>
  readonly listen: Shape<NoFields, never>
  readonly listsockets: Shape<NoFields, ListsocketsReply>
  readonly numprocesses: Shape<NumprocessesProperties, NumprocessesReply>
  readonly numwatchers: Shape<NoFields, NumwatchersReply>
  readonly options: Shape<OptionsProperties, OptionsReply>
  readonly ping: Shape<NoFields, NoFields>
  readonly quit: Shape<QuitProperties, NoFields>
  readonly reload: Shape<ReloadProperties, { readonly info?: JobResult }>
  readonly reloadconfig: Shape<ReloadconfigProperties, Noted>
  readonly restart: Shape<SelectionProperties, { readonly info?: JobResult }>
  readonly rm: Shape<RmProperties, NoFields>
  readonly set: Shape<SetProperties, Noted>
  readonly signal: Shape<SignalProperties, NoFields>
  readonly start: Shape<SelectionProperties, { readonly info?: JobResult }>
  readonly stats: Shape<StatsProperties, StatsReply>
  readonly status: Shape<StatusProperties, StatusReply>
  readonly stop: Shape<SelectionProperties, { readonly info?: null }>
  readonly version: Shape<NoFields, VersionReply>
  readonly wait: Shape<WaitProperties, WaitReply>
  readonly why: Shape<WhyProperties, WhyReply>
}

interface Shape<Properties, Reply> {
  readonly properties: Properties
  readonly reply: Reply
}
