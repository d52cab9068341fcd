import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TurnBudget } from '../../../supervisor/dist/arbiter/turn-budget.js'

/** A clock which moves by half a ms with each piece of work, and what was done: `|` stands between two turns of the event loop. */
interface World {
  now: number
  done: string
}

async function work(budget: TurnBudget, world: World, name: string, pieces: number): Promise<void> {
  for (let piece = 0; piece < pieces; piece += 1) {
    await budget.do(() => {
      world.now += 0.5
      world.done += name
    })
  }
}

/** Begins the work, and marks the turns until it is done. */
async function marked(world: World, begin: () => Promise<unknown>): Promise<string> {
  let marker: NodeJS.Immediate
  const mark = (): void => {
    world.done += '|'
    marker = setImmediate(mark)
  }
  marker = setImmediate(mark)
  await begin()
  clearImmediate(marker)
  return world.done
}

function newWorld(): { world: World; budget: TurnBudget } {
  const world = { now: 0, done: '' }
  return { world, budget: new TurnBudget(() => world.now) }
}

test('long work is divided among turns, 1 ms in each', async () => {
  const { world, budget } = newWorld()
  assert.equal(await marked(world, () => work(budget, world, 'a', 6)), 'aa|aa|aa')
})

test('those who share a budget get their pieces in turn', async () => {
  const { world, budget } = newWorld()
  const done = await marked(world, () =>
    Promise.all([work(budget, world, 'l', 6), work(budget, world, 's', 2)]),
  )
  assert.equal(done, 'ls|ls|ll|ll')
})

test('what was not used up of a budget is not added to that of a later turn', async () => {
  const { world, budget } = newWorld()
  const done = await marked(world, async () => {
    await work(budget, world, 'a', 1)
    await new Promise((resolve) => setImmediate(resolve))
    await work(budget, world, 'b', 4)
  })
  assert.equal(done, 'a|bb|bb')
})
