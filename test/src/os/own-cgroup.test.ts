import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cgroupDirectory } from '../../../supervisor/dist/os/own-cgroup.js'

const V1 = '31 23 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu'

function mounted(root: string, mountPoint: string): string {
  return `${V1}\n42 31 0:39 ${root} ${mountPoint} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n`
}

for (const [what, cgroup, mountinfo, directory] of [
  ['the unified hierarchy', '0::/a/b\n', mounted('/', '/sys/fs/cgroup'), '/sys/fs/cgroup/a/b'],
  ['its root', '0::/\n', mounted('/', '/sys/fs/cgroup'), '/sys/fs/cgroup'],
  ['v2 beside v1', '9:cpu:/x\n0::/a\n', mounted('/', '/cg/unified'), '/cg/unified/a'],
  ['a mounted subtree', '0::/docker/1/app\n', mounted('/docker/1', '/cg'), '/cg/app'],
  ['another subtree', '0::/docker/1\n', mounted('/docker/2', '/cg'), undefined],
  ['a group above our namespace', '0::/../x\n', mounted('/', '/cg'), '/cg/x'],
  ['a path with a blank', '0::/a\n', mounted('/', '/my\\040cg'), '/my cg/a'],
  ['v1 alone', '9:cpu:/x\n', V1, undefined],
  ['no mount', '0::/a\n', V1, undefined],
] as const) {
  test(`our cgroup's directory: ${what}`, () => {
    assert.equal(cgroupDirectory(cgroup, mountinfo), directory)
  })
}
