import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Announcement } from '../../../supervisor/dist/core/effect.js'
import { encodeEvent } from '../../../supervisor/dist/protocol/events.js'

const TIME = 1795225064.1083264

/** As captured from Circus 0.19, which has no `seq`. */
const captured: readonly [announcement: Announcement, topic: string, payload: object][] = [
  [
    { name: 'spawn', watcher: 'web', pid: 12494 },
    'watcher.web.spawn',
    { process_pid: 12494, time: TIME },
  ],
  [
    { name: 'kill', watcher: 'sleeper', pid: 11347 },
    'watcher.sleeper.kill',
    { process_pid: 11347, time: TIME },
  ],
  [
    { name: 'reap', watcher: 'sleeper', pid: 11347, exitCode: -15, isExpected: false },
    'watcher.sleeper.reap',
    { process_pid: 11347, time: TIME, exit_code: -15 },
  ],
  [{ name: 'stop', watcher: 'sleeper' }, 'watcher.sleeper.stop', { time: TIME }],
  [{ name: 'start', watcher: 'Mixed Case' }, 'watcher.mixed_case.start', { time: TIME }],
  [{ name: 'reload', watcher: 'web' }, 'watcher.web.reload', { time: TIME }],
  [
    { name: 'spawn', watcher: 'plugin:flapping', pid: 1 },
    'watcher.plugin:flapping.spawn',
    { process_pid: 1, time: TIME },
  ],
  [{ name: 'stop', watcher: 'my.app 2 b' }, 'watcher.my.app_2_b.stop', { time: TIME }],
]

for (const [announcement, topic, payload] of captured) {
  test(`${announcement.name} of "${announcement.watcher}" is published as ${topic}`, () => {
    const [frame, json] = encodeEvent(announcement, TIME, 7)
    assert.equal(frame, topic)
    assert.deepEqual(JSON.parse(json), { ...payload, seq: 7 })
  })
}
