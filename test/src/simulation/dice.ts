/** Throws a die: a whole number, 0 <= n < sides. */
export type Dice = (sides: number) => number

/** A small seeded generator (mulberry32): the same seed gives the same throws. */
export function newDice(seed: number): Dice {
  let state = seed | 0
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    return Math.floor((mix(state) / 4_294_967_296) * sides)
  }
}

/** Dice for one thing of one world: they fall the same, whatever else happens in that world. */
export function diceOf(seed: number, thing: string, number: number): Dice {
  return newDice(hash(seed, thing, number))
}

/** A number for one thing of one world, 0 <= n < 1. */
export function fractionOf(seed: number, thing: string, number: number): number {
  return mix(hash(seed, thing, number)) / 4_294_967_296
}

export function pick<T>(dice: Dice, choices: readonly [T, ...T[]]): T {
  return choices[dice(choices.length)] ?? choices[0]
}

function hash(seed: number, thing: string, number: number): number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number | 0, 0xc2b2ae35)
  for (let index = 0; index < thing.length; index += 1) {
    state = Math.imul(state ^ thing.charCodeAt(index), 0x01000193)
  }
  return state | 0
}

function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return (mixed ^ (mixed >>> 14)) >>> 0
}
