/**
 * Why the runner ended, for the supervisor that started it. `docs/runner.md` lists the same.
 * 3 and 4 follow gunicorn (boot failed, application not loadable); 75 is EX_TEMPFAIL of sysexits(3), 70 EX_SOFTWARE.
 */
export const EXIT = {
  /** Every connection ended in time; or stopped before anything was served. */
  drained: 0,
  /** An exception that nobody caught. */
  crashed: 1,
  /** A wrong command line, or a descriptor that cannot be served on. */
  usage: 2,
  /** The application was found, but serving could not begin. */
  boot: 3,
  /** The application could not be loaded. */
  load: 4,
  /** A bug of the runner. */
  internal: 70,
  /** The drain deadline passed while requests were being answered. */
  deadline: 75,
  /** A second interrupt: 128 + SIGINT, as a shell reports it. */
  interrupted: 130,
} as const
