import { AisopodError } from '../../base/errors/index.js';
import { readJson, readMembers, writeJson } from '../../base/json/index.js';
import { lazily } from '../../base/lazily.js';
import { show } from '../../base/text/index.js';
import {
  type CallBounds,
  type CallContext,
  type Generation,
  type Lease,
  withoutSecrets,
} from '../../instance/index.js';
import { type Dispatcher, type Entry, SnapshotView } from '../../registry/index.js';
import type { MiddlewareSpec } from './definition.js';
import type { ChainRules, Invocation, Invoke } from './invocation.js';
import {
  byOrder,
  CHAINS,
  type Chain,
  DEFAULT_ORDER,
  isChain,
  type Link,
  LinkFailure,
  type MiddlewareFn,
} from './link.js';
import type { Middleware, MiddlewareInfo, MiddlewareOptions } from './middleware.js';

type Invocations = typeof import('./invocation.js');

const loadInvocations = lazily(() => import('./invocation.js'));

/** What the middleware needs from the host. */
export interface MiddlewareHost {
  readonly dispatcher: Dispatcher;
}

/** The chains as they are now, each in order, the outermost first; null: the chain is empty. */
export type Chains = Readonly<Record<Chain, readonly Link[] | null>>;

/** The call that a chain stands around. */
export interface ChainCall {
  /** On whose behalf. */
  readonly context?: CallContext | undefined;
  /** How long all of it may take, and whether somebody waits for it. */
  readonly bounds: CallBounds;
}

/** The innermost of a chain: what the middleware stands around. */
export type Last = (value: unknown, signal: AbortSignal | undefined) => Promise<unknown>;

/** What is behind `host.middleware`. */
export class MiddlewareService implements Middleware {
  readonly #host: MiddlewareHost;
  /** The embedder's, in the order in which they came. */
  #own: readonly Link[] = [];
  readonly #chains: SnapshotView<Chains>;
  /** null: no chain has been run. */
  #loaded: Invocations | null = null;
  /** The calls of middleware that plugins are working on, by the context that each was given. */
  readonly #invocations = new WeakMap<CallContext, Invocation>();

  constructor(host: MiddlewareHost) {
    this.#host = host;
    this.#chains = new SnapshotView(host.dispatcher, (snapshot) =>
      chainsOf([...this.#own, ...snapshot.list('middleware').map(linkOf)]),
    );
  }

  /** Read for every call: `middleware.current.tool === null` says that the chain is empty. */
  get current(): Chains {
    return this.#chains.current;
  }

  list(): readonly MiddlewareInfo[] {
    const { current } = this;
    return CHAINS.flatMap((each) => current[each] ?? []).map(({ chain, plugin, name, order }) =>
      Object.freeze({ chain, plugin, name, order }),
    );
  }

  use(chain: Chain, fn: MiddlewareFn, options: MiddlewareOptions = {}): () => void {
    return this.#use(chain, fn, options, undefined);
  }

  /** The middleware as a plugin has it in its context: what it puts into a chain is its own. */
  of(generation: Generation): Pick<MiddlewareService, 'use'> {
    const { plugin } = generation;
    return Object.freeze({
      use: (chain: Chain, fn: MiddlewareFn, given: MiddlewareOptions = {}) => {
        const options = readMembers('middleware.use()', given, MIDDLEWARE_OPTIONS);
        const own = { name: fn?.name, ...options, plugin };
        return this.#use(chain, cleaned(generation, fn), own, generation);
      },
    });
  }

  #use(
    chain: Chain,
    fn: MiddlewareFn,
    given: MiddlewareOptions,
    generation: Generation | undefined,
  ): () => void {
    const options = readMembers('middleware.use()', given, MIDDLEWARE_OPTIONS);
    const { order = DEFAULT_ORDER, name = fn?.name || 'anonymous', plugin = null } = options;
    if (!isChain(chain)) {
      throw usage(`there is no chain ${show(chain)}; the chains are ${CHAINS.join(', ')}`);
    }
    if (typeof fn !== 'function') throw usage('a middleware is a function (value, next, call)');
    if (!Number.isSafeInteger(order)) throw usage(`order is ${order}; it must be a whole number`);
    const link: Link = Object.freeze({ chain, plugin, generation, name, order, handler: fn });
    this.#own = [...this.#own, link];
    this.#changed();
    return () => {
      this.#own = this.#own.filter((each) => each !== link);
      this.#changed();
    };
  }

  #changed(): void {
    this.#chains.renew();
    this.#host.dispatcher.epoch.advance();
  }

  /**
   * Lets a value go through a chain to what it stands around, and the result come back.
   *
   * @param last gets the value that came through; its signal is aborted when no caller waits any more
   * @param rules what is asked of values and results that a middleware makes
   * @throws AisopodError MIDDLEWARE_FAILED, NEXT_MISUSED, CALL_CANCELLED, CALL_DEADLINE; and what
   *   `last` throws, where the middleware lets it through
   */
  async run(
    chain: Chain,
    value: unknown,
    call: ChainCall,
    last: Last,
    rules: ChainRules = {},
  ): Promise<unknown> {
    this.#loaded ??= await loadInvocations();
    const { Invocation } = this.#loaded;
    const { context, bounds } = call;
    let links = this.#serving(chain);
    for (let waits = gateOf(links, context); waits !== null; waits = gateOf(links, context)) {
      await bounds.within(waits);
      links = this.#serving(chain);
    }
    const from = (at: number, given: unknown, signal: AbortSignal | undefined) => {
      let place = at;
      while (links[place] !== undefined && !this.#serves(links[place] as Link)) place += 1;
      const link = links[place];
      if (link === undefined) return last(given, signal);
      const onwards = (changed: unknown, inner: AbortSignal) => from(place + 1, changed, inner);
      const invocation = new Invocation(link, given, { context, bounds, rules }, onwards);
      return invocation.run(this.#invoke, signal);
    };
    const leases = links.flatMap(({ generation }): Lease[] =>
      generation === undefined ? [] : [generation.enter()],
    );
    try {
      return await from(0, value, bounds.signal);
    } finally {
      for (const lease of leases) lease.leave();
    }
  }

  /**
   * Goes on with the chain for a plugin: the request "middleware.next".
   * @param context of the call on whose behalf it asks
   * @throws AisopodError STATE when that is no call of a middleware
   */
  next(context: CallContext | undefined, value: unknown): Promise<unknown> {
    const invocation = context && this.#invocations.get(context);
    if (invocation) return invocation.next(value);
    throw new AisopodError(
      'STATE',
      'middleware.next goes on with the call of a middleware: name that call as the parent of ' +
        'the request, and ask before it is answered.',
    );
  }

  #serving(chain: Chain): readonly Link[] {
    return (this.current[chain] ?? []).filter((link) => this.#serves(link));
  }

  /** A plugin that is switched off is passed over. */
  #serves({ plugin, generation }: Link): boolean {
    if (plugin === null || generation?.serves() === true) return true;
    try {
      (generation ?? this.#host.dispatcher.running(plugin)).route();
      return true;
    } catch (error) {
      const code = AisopodError.is(error) ? error.code : null;
      if (code === 'PLUGIN_DISABLED' || code === 'PLUGIN_NOT_ACTIVE' || code === 'PLUGIN_NOT_FOUND')
        return false;
      throw error;
    }
  }

  readonly #invoke: Invoke = async ({ chain, handler }, value, invocation) => {
    const { context, signal, next, bounds } = invocation;
    if (typeof handler === 'function') {
      return bounds.within(Promise.resolve(handler(value, next, { context, signal })));
    }
    const { instance } = handler.generation.reach() ?? handler.generation.route();
    const direct = instance.direct?.(handler.token);
    if (direct) {
      return bounds.within(Promise.resolve(direct({ chain, value }, { context, signal, next })));
    }
    // Its instance keeps the deadline, and tells the plugin.
    this.#invocations.set(context, invocation);
    const timeoutMs = bounds.remainingMs;
    const params = paramsOf(chain, value);
    const answer = await instance.invoke(handler.token, 'invoke', params, {
      context,
      signal,
      timeoutMs,
    });
    if (!answer.ok) throw new LinkFailure(answer);
    return readJson(answer.json);
  };
}

/** What the first of these waits for that can't be asked now; null: all can be asked. */
function gateOf(links: readonly Link[], context: CallContext | undefined): Promise<void> | null {
  for (const { generation, name } of links) {
    const waits = generation?.partWaits(`middleware ${name}`, context) ?? null;
    if (waits !== null) return waits;
  }
  return null;
}

const MIDDLEWARE_OPTIONS = ['order', 'name', 'plugin'] as const;

/** @throws Error that says why it cannot be given to a plugin */
function paramsOf(chain: Chain, value: unknown): string {
  try {
    return writeJson({ chain, value });
  } catch (cause) {
    throw new Error(`what it would get ${(cause as Error).message}`, { cause });
  }
}

/** What it throws reaches the caller. */
function cleaned({ redactor }: Generation, fn: MiddlewareFn): MiddlewareFn {
  return typeof fn === 'function' ? withoutSecrets(redactor, fn) : fn; // use() says what is wrong
}

/** The chains of these, each in order. */
function chainsOf(links: Link[]): Chains {
  links.sort(byOrder);
  const of = (chain: Chain) => {
    const those = links.filter((link) => link.chain === chain);
    return those.length === 0 ? null : Object.freeze(those);
  };
  return Object.freeze({ tool: of('tool'), message: of('message') });
}

function linkOf({ plugin, generation, name, token, spec }: Entry): Link {
  const handler = { token, generation };
  // Only middlewareDefinition makes the specs of this kind.
  const { chain, order } = spec as MiddlewareSpec;
  return Object.freeze({ chain, plugin: plugin.id, generation, name, order, handler });
}

function usage(message: string): AisopodError {
  return new AisopodError('USAGE', `middleware.use(): ${message}.`);
}
