import { environmentVariable, type ProcessIdentity } from '../os/procfs.ts'
import type { Orphan } from './orphans.ts'
import { keyOf, type Tree } from './tree.ts'

/** Carries the cookies of all trees in which a process is, the outermost first, parted by colons. */
export const TREE_VARIABLE = 'CIRCUS_TREE'

/** To which tree a process belongs, by what it cannot all have lost: its identity, its session, its environment. */
export class Kinship {
  readonly #byCookie = new Map<string, Tree>()
  readonly #byMember = new Map<string, Tree>()
  /**
   * A process is in the session it was born in, or in one that it made itself; and the number of a session is given to
   * nobody while it has members. So whoever is in a session of a tree is of that tree, the latest one with that number.
   */
  readonly #bySession = new Map<number, Tree>()

  add(tree: Tree): void {
    this.#byCookie.set(tree.cookie, tree)
    this.#recordSession(tree, tree.pid)
  }

  remove(tree: Tree): void {
    this.#byCookie.delete(tree.cookie)
    for (const key of tree.members.keys()) this.#byMember.delete(key)
    for (const session of tree.sessions) {
      if (this.#bySession.get(session) === tree) this.#bySession.delete(session)
    }
  }

  /** A process was seen in a tree. */
  record(tree: Tree, { pid, startTime, session }: Orphan): void {
    const key = keyOf({ pid, startTime })
    tree.members.set(key, { pid, startTime })
    this.#byMember.set(key, tree)
    this.#recordSession(tree, session)
  }

  /** A member has died. */
  forget(tree: Tree, member: ProcessIdentity): void {
    tree.members.delete(keyOf(member))
    this.#byMember.delete(keyOf(member))
  }

  ownerOf(orphan: Orphan): Tree | undefined {
    return (
      this.#byMember.get(keyOf(orphan)) ??
      this.#bySession.get(orphan.session) ??
      this.#ownerByCookie(orphan.pid)
    )
  }

  #recordSession(tree: Tree, session: number): void {
    tree.sessions.add(session)
    this.#bySession.set(session, tree)
  }

  #ownerByCookie(pid: number): Tree | undefined {
    for (const cookie of environmentVariable(pid, TREE_VARIABLE)?.split(':') ?? []) {
      const tree = this.#byCookie.get(cookie)
      if (tree !== undefined) return tree
    }
    return undefined
  }
}
