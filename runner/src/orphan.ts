/** How often the parent is looked at, in ms. There is no event for its death. */
const PARENT_CHECK_MS = 1000

/** Calls `onOrphaned` once, when the process that started this one has died. Keeps nothing alive. */
export function watchParent(onOrphaned: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onOrphaned()
  }, PARENT_CHECK_MS)
  timer.unref()
}
