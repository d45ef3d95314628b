import type { HookPayload, Hooks } from '../kinds/hooks/index.js';

/** What hooks call the server. */
const SERVER = 'mcp';

type Observed = 'OnGatewayStart' | 'OnGatewayShutdown' | 'OnClientConnect' | 'OnClientDisconnect';

/** Fires the hooks of a server in their order. Clients do not wait for the callbacks. */
export class ServerHooks {
  readonly #hooks: Hooks;
  #last: Promise<unknown> = Promise.resolve();

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** @param address a URL, or `stdio` */
  started(address: string): void {
    this.#fire('OnGatewayStart', { server: SERVER, address });
  }

  /** Resolves when all callbacks have completed. @param reason for people */
  async stopped(reason: string): Promise<void> {
    this.#fire('OnGatewayShutdown', { server: SERVER, reason });
    await this.#last;
  }

  /** @param client an id of the connection @param name what the client calls itself */
  connected(client: string, name: string | undefined): void {
    this.#fire('OnClientConnect', { server: SERVER, client, ...(name !== undefined && { name }) });
  }

  disconnected(client: string): void {
    this.#fire('OnClientDisconnect', { server: SERVER, client });
  }

  #fire<N extends Observed>(name: N, payload: HookPayload<N>): void {
    // The host reports what goes wrong in a callback.
    const fire = () => this.#hooks.invoke(name, payload).catch(() => {});
    this.#last = this.#last.then(fire);
  }
}
