import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Controller, startController } from '../../../supervisor/dist/arbiter/controller.js'
import { doorOf, type Lock } from '../../../supervisor/dist/arbiter/lock.js'
import { JobBook } from '../../../supervisor/dist/arbiter/job-book.js'
import type { WatcherOptions } from '../../../supervisor/dist/config/options.js'
import type { ArbiterEvent } from '../../../supervisor/dist/core/event.js'
import type { JobId } from '../../../supervisor/dist/core/job.js'
import { bindRouter } from '../../../supervisor/dist/net/zmq.js'
import type { Question } from '../../../supervisor/dist/protocol/question.js'
import type { ArbiterView } from '../../../supervisor/dist/protocol/view.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { sampleView } from '../protocol/hand-made-view.ts'

/** The wall clock of every fake daemon, in seconds. */
export const TIME = 1795225007.25

/** A real controller on a real socket, in front of a core that only writes down what it is told. */
export interface FakeDaemon {
  readonly endpoint: string
  readonly controller: Controller
  readonly posted: ArbiterEvent[]
  /** What watchers are, by commands that were not refused. */
  readonly defined: WatcherOptions[]
  readonly accepted: string[]
  readonly logged: string[]
  readonly jobs: JobBook
  /** What `view()` gives; may be replaced. */
  view: ArbiterView
  /** Called at each `view()`, with the number of calls so far. */
  onView: (calls: number) => void
  /** Gives the fields of the reply to an inquiry. */
  onQuestion: (question: Question) => Promise<object>
  /** Called at each `post()`. */
  onPost: (event: ArbiterEvent) => void
  onReloadConfiguration: (job: JobId) => void
}

export async function startFakeDaemon(
  t: TestContext,
  endpoint = `ipc://${join(temporaryDirectory(t), 'control')}`,
  lock: Lock | null = null,
): Promise<FakeDaemon> {
  const router = await bindRouter(endpoint, { gate: lock?.gate ?? null })
  const posted: ArbiterEvent[] = []
  const defined: WatcherOptions[] = []
  const accepted: string[] = []
  const logged: string[] = []
  const jobs = new JobBook(() => 0)
  let views = 0
  const controller = startController({
    router,
    door: doorOf(endpoint, lock),
    view: () => {
      views += 1
      daemon.onView(views)
      return daemon.view
    },
    post: (event, taken) => {
      posted.push(event)
      daemon.onPost(event)
      taken()
    },
    inquiries: { answer: (question) => daemon.onQuestion(question) },
    define: (options) => {
      defined.push(options)
      return () => defined.pop()
    },
    reloadConfiguration: (job) => daemon.onReloadConfiguration(job),
    jobs,
    accepted: (_event, command, by) => accepted.push(`${command} by ${by}`),
    clock: { wallSeconds: () => TIME },
    log: (level, message) => logged.push(`${level}: ${message}`),
  })
  const daemon: FakeDaemon = {
    endpoint: router.endpoint,
    controller,
    posted,
    defined,
    accepted,
    logged,
    jobs,
    view: sampleView,
    onView: () => {},
    onQuestion: async (question) => question.answer(question.subjects.map(() => 'found')),
    onPost: () => {},
    onReloadConfiguration: () => {},
  }
  t.after(() => controller.close())
  return daemon
}

/** The job that an event belongs to. */
export function jobOf(event: ArbiterEvent): JobId {
  switch (event.type) {
    case 'command':
    case 'bulk':
      return event.command.job
    case 'quit':
    case 'renew':
    case 'cancel':
    case 'configurationRead':
    case 'configurationAdopted':
      return event.job
    case 'addWatcher':
    case 'process':
    case 'hookEnded':
    case 'demand':
    case 'tick':
      throw new Error(`${event.type} has no job`)
  }
}
