import type { CommandUsage, Flag } from '../../protocol/command-line.ts'
import { globalFlags } from './global-flags.ts'
import { synopsis } from './help.ts'
import { knownCommands } from './known-commands.ts'

/** The text of `docs/circusctl.md`: what people need to know, and every command of the table. */
export function referencePage(): string {
  const options = flagTable(globalFlags)
  const commands = knownCommands().map(commandSection).join('\n')
  return `${introduction}\n${options}\n${usage}\n## Commands\n\n${commands}\n${differences}`
}

function commandSection(command: CommandUsage): string {
  const { name, summary, details, flags } = command
  const parts = [`### ${name}`, `\`${synopsis(command)}\``, `${summary}.`]
  if (details !== undefined) parts.push(details.replaceAll('\n', '\n\n'))
  if (flags.length > 0) parts.push(flagTable(flags))
  return `${parts.join('\n\n').trimEnd()}\n`
}

function flagTable(flags: readonly Flag[]): string {
  const rows = flags.map(({ name, takes, summary }) => {
    const flag = takes === null ? `--${name}` : `--${name} ${takes}`
    return `| \`${flag}\` | ${summary} |`
  })
  return `| option | meaning |\n|---|---|\n${rows.join('\n')}\n`
}

const introduction = `# circusctl

<!-- Made by scripts/generate-circusctl-reference.js from the table of commands. Do not edit. -->
<!-- oxfmt-ignore-start -->

\`circusctl [options] COMMAND [args]\` sends one command to circusd and prints the reply. Without a command it is a shell.
\`circusctl --help\` lists the commands, \`circusctl COMMAND --help\` explains one.

circusctl finds circusd by \`--endpoint\`, else by the variable \`CIRCUSCTL_ENDPOINT\`, else it takes the socket of a daemon of yours (see
protocol.md), else \`tcp://127.0.0.1:5555\`, where Circus listens.

## Options

They stand before the command. Each may be shortened as long as it is clear which one is meant. \`--\` ends the options of a
command: what follows are words, also with a dash.
`

const usage = `## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | no answer, an endpoint that cannot be used, or interrupted by Ctrl-C |
| 2 | wrong usage: unknown command or option, a word too few or too many, a word that is no number |
| 3 | circusd reports an error, with \`--json\` too |

## Waiting

A command with \`--waiting\`, and \`reload\`, ends when what it has begun has ended. Meanwhile a line on the terminal says how far it is
(\`web: slots ready 3/8, 2 being replaced or drained (12 s)\`); without a terminal each step is a line on standard error. circusctl waits as
long as circusd answers. If \`--timeout\` is given, it is the longest wait: then circusctl exits with 1, and circusd goes on. Ctrl-C
does the same. Without \`--waiting\`, \`--timeout\` is the longest wait for the answer.

After a time-out circusctl tells which it is: nobody listens at the endpoint, the system or circusd does not let us in,
somebody else listens there, circusd answers but the command takes its time, or nothing is answered at all.

## Output

Without a terminal, the text is that of Circus to the letter, for scripts. On a terminal there are tables and colours: \`NO_COLOR\` and
\`TERM=dumb\` leave the colours out, \`FORCE_COLOR\` asks for both everywhere. \`--json\` prints the reply as it came, in one line, and with
\`--prettify\` indented and sorted. Errors go to standard error, with \`--json\` to standard output.

## The shell

\`circusctl\` alone on a terminal shows the status and a prompt. Lines are split and quoted as in sh(1).

| input | effect |
|---|---|
| a command with its words and options | as on the command line; options that stood before the shell's start hold for all |
| \`help\`, \`?\`, \`help COMMAND\` | the commands, or one |
| TAB | completes commands, options, names of watchers and their options, processes, jobs |
| an empty line, a line that begins with \`#\` | nothing |
| \`quit\` | stops circusd, after a question |
| \`exit\`, Ctrl-D | leaves the shell |
| Ctrl-C | empties the line, or ends the wait for a command; circusd goes on with it |

The history is kept in \`$XDG_STATE_HOME/circusctl/history\` (default \`~/.local/state\`), readable by its owner only. A line that begins with a blank is
not remembered.

From a pipe or file, \`circusctl\` runs each line without a prompt and without questions, and exits with the code of the last line that failed:
\`echo status | circusctl\` prints what \`circusctl status\` does.

## Another host

\`circusctl --ssh [USER@]HOST[:PORT] COMMAND\` runs the ssh(1) of the system, with its configuration, keys and agent, and forwards a private
socket to circusd. \`--endpoint\` is then meant as the other host sees it; without it, circusd is looked for there as here. ssh asks
for passwords as it always does.

## Completion

| shell | line for its start-up file |
|---|---|
| bash | \`source <(circusctl completion bash)\` |
| zsh | \`source <(circusctl completion zsh)\`, after \`compinit\` |
| fish | \`circusctl completion fish \\| source\` |

The completion function of Circus, with \`AUTO_COMPLETE\`, works too.
`

const differences = `## Differences from Circus

| Circus | here | why |
|---|---|---|
| \`--json\` exits with 0 on errors | exits with 3 | scripts |
| \`status NAME\` prints \`error\` for an unknown watcher | prints the reason | truth |
| wrong number of words: exit code 1, a traceback, or ignored (\`stop\`) | exit code 2 and what is wrong | one code for wrong usage |
| \`--timeout\` takes whole seconds | fractions too | |
| \`--waiting\` fails after 5 s | waits as long as circusd answers, or as \`--timeout\` says | nobody knows how long a stop may take |
| \`reload\` returns at once | waits; \`--no-waiting\` is Circus' behaviour | whoever reloads wants to know whether it worked |
| default endpoint \`tcp://127.0.0.1:5555\` | the private socket of a daemon of yours is looked for first | TCP lets every local user in |
| \`listen\` connects to \`tcp://127.0.0.1:5556\` and ignores \`CIRCUSCTL_ENDPOINT\` and \`--ssh\` | asks circusd for the endpoint of its events; \`--endpoint\` is the event endpoint, as in Circus | one setting for everything |
| \`listen\` prints byte strings | on a terminal time, topic and fields; with \`--json\` an object per line; byte strings in pipes | people read it |
| an interrupted \`listen\` exits with 1 | 0 | it has no other end |
| \`--prettify\` colours what it prints, in pipes too | no colours | they are no JSON |
| \`--ssh\` by a library in Python | ssh(1) of the system | its keys, agent and configuration |
| shell: an empty line repeats the last command | does nothing | dangerous with \`incr\` and \`kill\` |
| shell: \`quit\` stops the daemon | asks first | it is taken for the way out |
| shell: Ctrl-C leaves | empties the line or ends the wait | as in every shell |
| shell: a wrong option ends the shell with 2 | is explained | |
| shell: \`*** Unknown syntax: foo\` | \`Cannot find command "foo"\` and the nearest one | |
| shell from a pipe: banner, status and prompts are printed | only what the commands print | scripts |
| \`-h\` only after a command | everywhere, as \`--help\` | |
| completion of command names | of everything | |

<!-- oxfmt-ignore-end -->
`
