/**
 * The candidate a person most likely meant by `name`, or undefined if none is near: at most one edit for short names,
 * one per three characters for long ones. Case does not count. The first of equally near candidates wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  let limit = Math.max(1, Math.floor(wanted.length / 3))
  let nearest: string | undefined
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) > limit) continue
    const edits = editDistance(wanted, candidate.toLowerCase())
    if (edits > limit) continue
    nearest = candidate
    limit = edits - 1
  }
  return nearest
}

/** Levenshtein distance in which two swapped neighbours count as one edit (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = cell(previous, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const removed = cell(previous, column) + 1
      const added = cell(current, column - 1) + 1
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const swapped = isSwap ? cell(beforePrevious, column - 2) + 1 : Infinity
      current.push(Math.min(replaced, removed, added, swapped))
    }
    beforePrevious = previous
    previous = current
  }
  return cell(previous, to.length)
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
