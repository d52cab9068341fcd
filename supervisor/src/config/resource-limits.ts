/** The resources which Linux limits, as `rlimit_NAME` and prlimit(1) name them; getrlimit(2). */
export const RESOURCES = [
  'as',
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
] as const

/** One `rlimit_NAME` of a watcher: soft and hard limit alike. */
export interface ResourceLimit {
  /** One of `RESOURCES`. */
  readonly resource: string
  /** In the unit of the resource (mostly bytes, seconds or a count), >= 0. */
  readonly limit: number | 'infinity'
}
