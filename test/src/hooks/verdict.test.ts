import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HookOutcome } from '../../../supervisor/dist/hooks/hook-call.js'
import { HOOK_NAMES } from '../../../supervisor/dist/core/hook-name.js'
import { isAllowed } from '../../../supervisor/dist/hooks/verdict.js'

const answered = (isTrue: boolean): HookOutcome => ({ kind: 'answered', isTrue })
const failed = (isTrue: boolean): HookOutcome => ({ kind: 'failed', error: 'boo', isTrue })

test('a true answer, and a failure that is ignored by flag, allow what follows', () => {
  for (const hook of HOOK_NAMES) {
    assert.equal(isAllowed(hook, answered(true)), true, hook)
    assert.equal(isAllowed(hook, failed(true)), true, hook)
  }
})

for (const [what, outcome, refusing] of [
  [
    'a falsy answer',
    answered(false),
    ['before_start', 'after_start', 'before_spawn', 'after_spawn', 'before_signal'],
  ],
  [
    'a failure',
    failed(false),
    ['before_start', 'after_start', 'before_spawn', 'after_spawn', 'extended_stats'],
  ],
] as const) {
  test(`${what} refuses what follows: ${refusing.join(', ')}`, () => {
    const refused = HOOK_NAMES.filter((hook) => !isAllowed(hook, outcome))
    assert.deepEqual(refused, refusing)
  })
}

test('SIGKILL cannot be refused', () => {
  assert.equal(isAllowed('before_signal', answered(false), 9), true)
  assert.equal(isAllowed('before_signal', answered(false), 15), false)
})
