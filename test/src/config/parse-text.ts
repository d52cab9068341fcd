import assert from 'node:assert/strict'
import {
  parseConfig,
  type Config,
  type ConfigContext,
} from '../../../supervisor/dist/config/config.js'
import type { WatcherOptions } from '../../../supervisor/dist/config/options.js'
import { formatProblem } from '../../../supervisor/dist/config/problem.js'

/** The files which hooks and virtual environments may name. */
const FILES = [
  '/etc/app/hooks.js',
  '/etc/app/a:b.js',
  '/etc/hooks.mjs',
  '/opt/check',
  '/etc/app/venv/bin/python',
  '/venv/bin/python',
]

/** What tests read configurations with, unless they say otherwise. */
export const context: ConfigContext = {
  environment: { PATH: '/usr/bin', HOME: '/home/u', SECRET: 's' },
  configDir: '/etc/app',
  signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGUSR1: 10, SIGTERM: 15, SIGRTMIN: 34 },
  fileExists: (path) => FILES.includes(path),
  strict: false,
}

/** The problems of one file named `a.ini`, as circusd prints them. */
export function problemsOf(text: string, overrides: Partial<ConfigContext> = {}): string[] {
  const { problems } = parseConfig([{ path: 'a.ini', text }], { ...context, ...overrides })
  return problems.map(formatProblem)
}

/** The configuration of one file that has no error. */
export function configOf(text: string, overrides: Partial<ConfigContext> = {}): Config {
  const parsed = parseConfig([{ path: 'a.ini', text }], { ...context, ...overrides })
  assert.ok(parsed.config, parsed.problems.map(formatProblem).join('\n'))
  return parsed.config
}

/** The only watcher of a file: `lines` are those of `[watcher:web]`, `more` whole sections. */
export function watcherOf(lines: string, more = '', overrides: Partial<ConfigContext> = {}) {
  const { watchers } = configOf(`[watcher:web]\n${lines}\n${more}`, overrides)
  const [watcher, ...others] = watchers
  assert.ok(watcher)
  assert.equal(others.length, 0)
  return watcher satisfies WatcherOptions
}
