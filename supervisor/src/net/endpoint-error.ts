/** An endpoint cannot be bound or connected. `cause` is what the system or ZeroMQ said. */
export class EndpointError extends Error {
  readonly code = 'ERR_ENDPOINT'
  readonly endpoint: string

  constructor(endpoint: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EndpointError'
    this.endpoint = endpoint
  }
}
