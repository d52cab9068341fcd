import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { platform } from '../../../supervisor/dist/os/platform.js'

const own = { platform: process.platform, arch: process.arch }

function pretend(system: { readonly platform: string; readonly arch: string }): void {
  for (const [name, value] of Object.entries(system))
    Object.defineProperty(process, name, { value })
}

afterEach(() => pretend(own))

for (const system of ['linux', 'darwin']) {
  for (const arch of ['x64', 'arm64']) {
    test(`the constants of ${system} ${arch} are known`, () => {
      pretend({ platform: system, arch })
      assert.equal(platform().AF_UNIX, 1)
    })
  }
}

for (const [system, arch] of [
  ['win32', 'x64'],
  ['linux', 'mips'],
] as const) {
  test(`${system} ${arch} is refused`, () => {
    pretend({ platform: system, arch })
    assert.throws(() => platform(), {
      name: 'UnsupportedPlatformError',
      code: 'ERR_UNSUPPORTED_PLATFORM',
      message: `Cannot make sockets and pipes on ${system} ${arch}`,
    })
  })
}
