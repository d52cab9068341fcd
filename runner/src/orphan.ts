/** How often the parent is looked at, in ms. There is no event for its death. */
const PARENT_CHECK_MS = 1000

/**
 * Calls `onOrphaned` once, when this process's parent is no longer `parent`. Keeps nothing alive.
 * @param parent The parent's pid when this process began: it may have died since.
 */
export function watchParent(parent: number, onOrphaned: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onOrphaned()
  }, PARENT_CHECK_MS)
  timer.unref()
}
