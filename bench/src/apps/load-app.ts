import type { RequestListener } from 'node:http'
import { pathToFileURL } from 'node:url'

/** A module which exports a request listener or a Koa app as default. */
interface AppModule {
  readonly default: RequestListener | { readonly callback: () => RequestListener }
}

/** The request listener of the app in the file. */
export async function loadApp(path: string): Promise<RequestListener> {
  const app = ((await import(pathToFileURL(path).href)) as AppModule).default
  return 'callback' in app ? app.callback() : app
}
