import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Inquiries, MAX_INQUIRIES } from '../../../supervisor/dist/arbiter/inquiries.js'
import { RequestError } from '../../../supervisor/dist/protocol/request-error.js'
import type { Finding, Question, Subject } from '../../../supervisor/dist/protocol/question.js'

function question(pids: readonly number[], isExtended = false): Question {
  const subjects = pids.map((pid) => {
    return { pid, startTime: null, place: { watcher: 'web', wid: 1, spawnedAt: 0, isExtended } }
  })
  return { subjects, answer: (findings) => ({ findings }) }
}

const look = async ({ pid }: Subject): Promise<Finding> => (pid === 0 ? 'gone' : { pid })

const extendStats = async (
  watcher: string,
  pid: number,
  stats: object,
): Promise<Record<string, unknown>> => ({ ...stats, queue: `${watcher} ${pid}` })

test('all processes of a question are looked at, in their order', async () => {
  const inquiries = new Inquiries({ look }, { extendStats })
  assert.deepEqual(await inquiries.answer(question([3, 0, 2])), {
    findings: [{ pid: 3 }, 'gone', { pid: 2 }],
  })
})

test('the hook extends what was found, and nothing where the process is gone', async () => {
  const inquiries = new Inquiries({ look }, { extendStats })
  assert.deepEqual(await inquiries.answer(question([3, 0, 2], true)), {
    findings: [{ pid: 3, queue: 'web 3' }, 'gone', { pid: 2, queue: 'web 2' }],
  })
})

test('a few hooks run at the same time, and not all', async () => {
  let running = 0
  let most = 0
  const slowly = async (): Promise<Record<string, unknown>> => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return {}
  }
  const inquiries = new Inquiries({ look }, { extendStats: slowly })
  const pids = Array.from({ length: 50 }, (_, index) => index + 1)
  await inquiries.answer(question(pids, true))
  assert.equal(most, 8)
})

test('a hook that fails fails the request', async () => {
  const error = new RequestError(5, 'hook extended_stats failed: boo')
  const inquiries = new Inquiries({ look }, { extendStats: async () => Promise.reject(error) })
  await assert.rejects(inquiries.answer(question([3], true)), error)
})

test('too many inquiries at the same time are refused, and those under way are not harmed', async () => {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const lookLater = async (subject: Subject): Promise<Finding> => {
    await released
    return look(subject)
  }
  const inquiries = new Inquiries({ look: lookLater }, { extendStats })
  const underWay = Array.from({ length: MAX_INQUIRIES }, () => inquiries.answer(question([1])))
  await assert.rejects(inquiries.answer(question([1])), {
    errno: 5,
    message: `${MAX_INQUIRIES} inquiries are under way already`,
  })
  release()
  assert.equal((await Promise.all(underWay)).length, MAX_INQUIRIES)
  assert.deepEqual(await inquiries.answer(question([1])), { findings: [{ pid: 1 }] })
})
