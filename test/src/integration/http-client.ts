import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One request on a connection of its own, or on those of `agent`. Never retried. */
export function ask(
  port: number,
  path = '/',
  options: { readonly method?: string; readonly body?: string; readonly agent?: Agent } = {},
): Promise<Answer> {
  const { method = 'GET', body = '', agent = false } = options
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Clients that ask without pause until they are stopped, and what became of each request. */
export class Crowd {
  readonly failures: string[] = []
  /** Bodies that were answered, with how often. */
  readonly bodies = new Map<string, number>()
  answered = 0
  #isStopped = false
  readonly #clients: Promise<void>[] = []
  readonly #agents: Agent[] = []

  /** @param keepAlive clients with one connection each, which POST; @param fresh clients with a new one per request */
  constructor(port: number, keepAlive: number, fresh: number) {
    for (let client = 0; client < keepAlive; client += 1) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      this.#agents.push(agent)
      this.#clients.push(this.#repeat(() => ask(port, '/', { method: 'POST', body: 'x', agent })))
    }
    for (let client = 0; client < fresh; client += 1) {
      this.#clients.push(this.#repeat(() => ask(port)))
    }
  }

  async #repeat(once: () => Promise<Answer>): Promise<void> {
    while (!this.#isStopped) {
      try {
        const { status, body } = await once()
        this.answered += 1
        this.bodies.set(body, (this.bodies.get(body) ?? 0) + 1)
        if (status !== 200) this.failures.push(`status ${status}`)
      } catch (error) {
        this.failures.push(String((error as NodeJS.ErrnoException).code ?? error))
        // A client that is refused does not hammer.
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
  }

  /** Resolves when that many more requests were answered. */
  async more(count: number): Promise<void> {
    const goal = this.answered + count
    while (this.answered < goal && !this.#isStopped) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#clients)
    for (const agent of this.#agents) agent.destroy()
  }
}
