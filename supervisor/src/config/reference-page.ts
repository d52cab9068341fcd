import { HOOK_NAMES } from '../core/hook-name.ts'
import { meaninglessCircusOptions, meaninglessWatcherOptions } from './meaningless-options.ts'
import {
  circusTable,
  flappingTable,
  socketTable,
  streamTable,
  watcherTable,
} from './option-table.ts'
import type { OptionTable } from './option-row.ts'
import { resourceLimit, RESOURCES } from './resource-limits.ts'
import {
  unsupportedCircusOptions,
  unsupportedSocketOptions,
  unsupportedStreamOptions,
  type UnsupportedOptions,
} from './unsupported-options.ts'
import { workedExample } from './worked-example.ts'

/** The page docs/configuration.md, in Markdown, from the option table. */
export function referencePage(): string {
  const parts = [
    INTRODUCTION,
    section('[circus]', 'The daemon. At most one section.', circusTable),
    section('[watcher:NAME]', 'One supervised command.', watcherTable),
    section('stdout_stream.* and stderr_stream.*', STREAMS, streamTable),
    section('flapping.*', FLAPPING, flappingTable),
    LIMITS,
    HOOKS,
    section('[socket:NAME]', SOCKETS, socketTable),
    ENVIRONMENT,
    VARIABLES,
    unsupported(),
    meaningless(),
    DIFFERENCES,
    `## Example\n\n\`\`\`ini\n${workedExample}\`\`\`\n\n<!-- oxfmt-ignore-end -->\n`,
  ]
  return parts.join('\n')
}

const INTRODUCTION = `# Configuration

<!-- Made by scripts/generate-configuration-reference.js from the option table. Do not edit. -->
<!-- oxfmt-ignore-start -->

circusd reads Circus' INI format. A line is a \`[section]\`, an option \`name = value\` (or \`name: value\`), or a comment
that begins with \`#\` or \`;\` in the first column. Behind a value only \`;\` with a blank before it begins a comment. An indented line
continues the value above it. Names are case-sensitive. Quotes belong to the value; \`""\` alone is an empty value. Sections with
the same header are one section. Where an option is repeated the first value counts, so the main file overrides included ones.
Options in \`[DEFAULT]\` are inherited by every section that has such an option.

Every mistake in every file is told at once, as \`file:line: option: what is wrong; what to do\`. With one error nothing is started
or changed; warnings alone hold nothing up. \`--strict\` makes unknown options and sections errors.

"Since" tells Circus' options from Bigtop's own. "Applied" tells how a changed value reaches what is running: at once (live), with the
next spawn, by a graceful reload or a restart of the watcher, by binding the socket anew, or only by a restart of circusd.
`

const STREAMS =
  "Settings of a watcher which say what becomes of its output. Without any it goes where circusd's own goes."

const FLAPPING =
  "Settings of a watcher, those of Circus' flapping plugin: a slot whose processes die too often rests, while its neighbours go on. Without any, deaths of ready processes are followed by growing pauses, but no slot is given up."

const LIMITS = `## rlimit_NAME

Limits of a watcher's processes, soft and hard alike: ${resourceLimit.mayBe}. NAME, whose case does not count, is
one of ${RESOURCES.map(code).join(', ')}. Since circus; applied by a reload.
`

const HOOKS = `## hooks.NAME

What a watcher calls at a turn of its life: \`TARGET\`, or \`TARGET, BOOL\`, where true means that a failure of the hook counts as a yes. NAME is one of
${HOOK_NAMES.map(code).join(', ')}. Since circus; applied live.

| target | is |
|---|---|
| \`./FILE.js:EXPORT\`, \`../FILE.js:EXPORT\`, \`/PATH/FILE.js:EXPORT\` | an export of a JavaScript module, relative to the directory of the file that holds the option |
| \`PACKAGE:EXPORT\` | an export of an installed package |
| \`exec:PROGRAM ARG...\` | a program, split into words as \`cmd\` is; with a slash in it relative to that directory, else found through PATH |

Without \`:EXPORT\` it is the default export. No variable is replaced in a hook. A file that is not there is an error.
`

const SOCKETS =
  'A listening socket, bound by circusd before any watcher starts. Names are lower-cased and may hold no colon and no blank.'

const ENVIRONMENT = `## [env] and [env:GLOB,...]

Every option is an environment variable: those of \`[env]\` for all watchers, those of \`[env:web,job-*]\` for watchers whose names match
one of the globs (\`*\`, \`?\`, \`[a-z]\`, \`[!a-z]\`; case counts). Processes get a base (see \`copy_env\`), then \`[env]\`, then matching
\`[env:...]\` sections in the order of the file. In values \`$NAME\` (upper case) is replaced by circusd's own variable, by nothing if there is none.
`

const VARIABLES = `## Variables

\`$(circus.NAME)\`, also written \`((circus.NAME))\`, stands for a value; names are case-insensitive, and a name that is not known stays as it is,
with a warning. In \`[env:...]\` sections, hooks and watcher names nothing is replaced. Commands are \`cmd\`, \`args\`, \`shell_args\` and \`stop_command\`.

| variable | known | is |
|---|---|---|
| \`circus.config_dir\` | when files are read | directory of the main file (since bigtop) |
| \`circus.env.NAME\` | when files are read, and in commands at each spawn | an environment variable of circusd or \`[env]\`; in text options of a watcher also of its own environment |
| \`circus.wid\` | at each spawn, in commands | number of the slot |
| \`circus.sockets.NAME\` | at each spawn, in commands but \`stop_command\` | fd of an inherited socket in the process |
| \`circus.OPTION\` | at each spawn, in commands | an option of the watcher by its name, such as \`circus.numprocesses\`, \`circus.stdout_stream_conf.filename\` |
| \`circus.rlimits.NAME\` | at each spawn, in commands | a limit, if it is set |
| \`circus.pid\` | when a process is to end, in \`stop_command\` | pid of the process (since bigtop) |
`

const DIFFERENCES = `## Differences from Circus

| Circus | Bigtop |
|---|---|
| unknown options and sections are accepted silently | a warning with the nearest name; \`--strict\` makes it an error |
| an indented option vanishes into the value above it | likewise, with a warning that names both lines |
| a header without its \`]\` becomes an option | an error |
| a bad watcher or socket is skipped with a warning; the first bad value ends the load | all mistakes are told, and nothing is started |
| \`[DEFAULT]\` options also become environment variables and unknown options | inherited only by sections that have such an option |
| a \`__name__\` option and variable appear | they do not |
| an empty environment unless \`copy_env\` | a minimal one: see \`copy_env\` |
| \`copy_env\` copies everything | but not what systemd, a Node parent or another supervisor says to circusd itself (\`LISTEN_FDS\`, \`NOTIFY_SOCKET\`, \`NODE_CHANNEL_FD\`, ...) |
| \`$NAME\` is replaced in copied variables too, blanked if unset | only in values written in the file; an unset name is a warning |
| \`use_sockets\` hands on all sockets | those the command names, or a list |
| a command may name a socket that is not handed on | an error |
| \`warmup_delay\`, \`max_age\` and \`max_age_variance\` take whole seconds | fractions too |
| \`shell = true\` quotes each word, so that operators and variables of the shell are inert | one line of the shell, as written; values of \`$(circus.NAME)\` are put in unquoted |
| \`executable\` has no effect | the program that is run |
| \`hooks.NAME\` names Python functions | JavaScript modules or programs; a name of a Python function is an error |
| an unknown hook is accepted, an unknown \`rlimit_NAME\` fails in the forked child | an error with the nearest name |
| an unknown \`stdin_socket\` fails at the spawn | an error |
| \`flapping.*\` is read by a plugin, which stops the whole watcher | one slot rests |
| \`virtualenv\` needs \`copy_env\` and sets PYTHONPATH | needs nothing; sets PATH and VIRTUAL_ENV, as \`activate\` does |
| an unknown facility in \`logoutput\` is \`user\` | an error |
| \`[socket] umask\` is decimal, 8 when absent | octal; circusd's when absent |
| an unknown \`loglevel\` or socket \`family\` is replaced silently | an error |
| \`stdout_stream.max_bytes\` takes bytes | K, M and G too |
| six classes of streams, and classes of one's own | FileStream and StdoutStream in this version; another one is an error |
| two sockets at one address fail when circusd starts | an error with both places |
| two watchers whose names differ only by case are both started | an error |
| \`$(circus.graceful_timeout)\` is \`30.0\` | \`30\` |
`

function meaningless(): string {
  const rows = [
    ['[circus]', meaninglessCircusOptions],
    ['[watcher:NAME]', meaninglessWatcherOptions],
  ] as const
  const lines = rows.flatMap(([title, options]) =>
    Object.entries(options).map(([name, { reason }]) => {
      return `| ${title} | ${code(name)} | ${reason ?? 'accepted in silence'} |`
    }),
  )
  return `## Options of Circus which have no meaning here

They are accepted, with a warning that says why.

| section | option | why |
|---|---|---|
${lines.join('\n')}
`
}

function section(title: string, introduction: string, table: OptionTable): string {
  const rows = Object.entries(table).map(([name, row]) => {
    const defaults = row.default === null ? 'not set' : code(row.default)
    const unit = row.type.unit ?? ''
    const cells = [code(name), row.type.mayBe, unit, defaults, row.meaning, row.since, row.applied]
    return `| ${cells.join(' | ')} |`
  })
  const header = '| option | may be | unit | default | meaning | since | applied |'
  return `## ${title}\n\n${introduction}\n\n${header}\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`
}

function code(text: string): string {
  return text === '' ? 'empty' : `\`${text}\``
}

function unsupported(): string {
  const names = (options: UnsupportedOptions, severity: 'error' | 'warning'): string[] =>
    Object.entries(options)
      .filter(([, option]) => option.severity === severity)
      .map(([name]) => code(name))
  const rows = [
    ['[circus]', unsupportedCircusOptions],
    ['stdout_stream.* and stderr_stream.*', unsupportedStreamOptions],
    ['[socket:NAME]', unsupportedSocketOptions],
  ] as const
  const lines = rows.map(([title, options]) => {
    return `| ${title} | ${names(options, 'error').join(', ')} | ${names(options, 'warning').join(', ')} |`
  })
  return `## Options of Circus which this version does not act on

Those which would have a program run at other addresses than the file says are errors when they are set to something other
than "off"; the others are warnings. \`[plugin:NAME]\` sections are a warning too.

| section | errors | warnings |
|---|---|---|
${lines.join('\n')}
`
}
