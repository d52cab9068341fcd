/** Orders two names by code points, as Python sorts strings. (JavaScript's `<` orders by UTF-16 units.) */
export function compareCodePoints(left: string, right: string): number {
  const rightCharacters = right[Symbol.iterator]()
  for (const character of left) {
    const other = rightCharacters.next()
    if (other.done === true) return 1
    const difference = (character.codePointAt(0) ?? 0) - (other.value.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return rightCharacters.next().done === true ? 0 : -1
}
