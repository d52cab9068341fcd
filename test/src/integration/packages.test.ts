import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { root } from '../tidy/source-files.ts'

const WORKSPACES = ['adapters', 'runner', 'supervisor']

function emptyDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'bigtop packed '))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

test('the packed packages, installed into an empty directory, run', (t) => {
  const directory = emptyDirectory(t)
  for (const workspace of WORKSPACES) {
    run('npm', ['pack', '--pack-destination', directory, '-w', workspace], root)
  }
  const tarballs = readdirSync(directory).map((name) => `./${name}`)
  assert.equal(tarballs.length, WORKSPACES.length)
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n')
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', ['install', ...flags, ...tarballs], directory)

  const bin = join(directory, 'node_modules', '.bin')
  assert.match(run(join(bin, 'circusd'), ['--version'], directory), /^\d+\.\d+\.\d+\n$/)
  assert.match(run(join(bin, 'circusctl'), ['--version'], directory), /^circusctl \d+\.\d+\.\d+\n$/)
  assert.match(run(join(bin, 'runner'), ['--version'], directory), /^\d+\.\d+\.\d+\n$/)
  const script = `import { connect } from '@bigtop/supervisor/client'; console.log(typeof connect)`
  assert.equal(
    run(process.execPath, ['--eval', script, '--input-type=module'], directory),
    'function\n',
  )
})

test('a package has its types, and not what only the build needs', () => {
  for (const workspace of WORKSPACES) {
    const listing = run('npm', ['pack', '--dry-run', '--json', '-w', workspace], root)
    const [{ files }] = JSON.parse(listing) as [{ files: readonly { path: string }[] }]
    const paths = files.map(({ path }) => path)
    assert.ok(
      paths.some((path) => path.endsWith('.d.ts')),
      `${workspace} has no types`,
    )
    assert.ok(!paths.some((path) => path.endsWith('.tsbuildinfo')))
  }
})
