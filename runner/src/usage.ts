/** What `--help` prints. */
export const USAGE = `Usage: runner --fd N [options] APP[:attr] [-- arguments of the application]

Serves a Node HTTP application on a listening socket that was inherited as descriptor N.
APP is a file, a directory or a package; attr names the export to serve (api.handler).

  --fd N                    the listening socket
  --backlog N               queue of waiting connections (that of CIRCUS_SOCKETS, else 2048)
  --chdir DIR               change to DIR before loading
  --interface KIND          auto, node, fetch, factory or server: how to use the export (auto)
  --load-timeout S          longest time for loading the application (60)
  --keep-alive-timeout S    how long an idle connection is kept (that of the server, 5)

  --drain-timeout S         longest time for the drain after SIGTERM (30)
  --graceful-timeout S      the same
  --idle-grace S            how long idle connections are kept in the drain (keep-alive timeout, at most 10)
  --fresh-grace S           how long connections that sent nothing are kept in the drain (2)
  --fast-timeout S          longest time for the drain after SIGQUIT or a second SIGTERM (2)
  --orphan drain|stay       what to do when the supervisor died (drain)

  --help, --version

Exit codes: 0 drained, 1 crashed, 2 usage or descriptor, 3 not ready, 4 application not loadable,
70 bug, 75 drain deadline passed, 130 interrupted twice.
`
