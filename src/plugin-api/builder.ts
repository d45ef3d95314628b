import { type Kind, type RawRegistration, RegistrationFlag } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import { strictJson } from '../base/json/index.js';
import { show } from '../base/text/index.js';
import type { HookFn } from '../kinds/hooks/index.js';
import type { MiddlewareCall, MiddlewareFn, Next } from '../kinds/middleware/index.js';
import type { PluginHandler, RegisteredHandler } from '../loaders/embedded/index.js';
import {
  compilePattern,
  type SubscribeOptions,
  type Subscriber,
} from '../services/events/index.js';
import type {
  ChannelHandlers,
  CommandParams,
  PluginApi,
  ProviderHandlers,
  ServerHandlers,
  ToolDefinition,
  ToolHandlers,
} from './plugin-api.js';

/** What a host takes. */
export interface BuilderLimits {
  /** The kinds that have a consumer. */
  readonly kinds: readonly Kind[];
  /** The most registrations of one plugin. */
  readonly registrations: number;
}

// As in native code.
const SPEC_BYTES = 256 * 1024;

/** The methods of the kinds that have several; all others have "invoke". */
const METHODS: Partial<Record<Kind, readonly string[]>> = {
  tool: ['invoke', 'on_error'],
  channel: ['open', 'send', 'close'],
  provider: ['models', 'chat', 'embed', 'is_available'],
  server: ['start', 'is_running', 'stop'],
};

/** One call of subscribe(). */
export interface Subscription {
  readonly pattern: string;
  readonly fn: Subscriber;
  readonly options: SubscribeOptions | undefined;
}

/** One for all plugins, so that a token of one never means something of another. */
let token = 0;

/** Collects what one plugin registers, until it is closed. */
export class Builder implements PluginApi {
  readonly registrations: RawRegistration[] = [];
  readonly handlers = new Map<number, RegisteredHandler>();
  readonly subscriptions: Subscription[] = [];
  /** What was refused for a fault of the plugin, told or not. */
  readonly refusals: string[] = [];
  /** UNSUPPORTED: what this host does not serve. */
  readonly warnings: AisopodError[] = [];
  readonly #plugin: string;
  readonly #limits: BuilderLimits;
  #closed = false;

  constructor(plugin: string, limits: BuilderLimits) {
    this.#plugin = plugin;
    this.#limits = limits;
  }

  registerTool(
    name: string,
    spec: ToolDefinition,
    handler: PluginHandler | ToolHandlers<never>,
  ): void {
    const recovers = typeof handler === 'object' && handler?.on_error !== undefined;
    this.#add('tool', name, recovers ? { ...spec, on_error: true } : spec, handler);
  }

  registerCommand(name: string, spec: object, handler: PluginHandler<CommandParams>): void {
    this.#add('command', name, spec, handler);
  }

  registerHook(name: string, spec: object, handler: HookFn): void {
    this.#add('hook', name, spec, handler);
  }

  registerPrompt(name: string, spec: object, handler: PluginHandler): void {
    this.#add('prompt', name, spec, handler);
  }

  registerContext(name: string, spec: object, handler: PluginHandler): void {
    this.#add('context', name, spec, handler);
  }

  registerMiddleware(name: string, spec: object, handler: MiddlewareFn): void {
    const direct =
      typeof handler === 'function'
        ? ({ value }: { value: unknown }, { next, ...call }: MiddlewareCall & { next: Next }) =>
            handler(value, next, call)
        : handler; // refused there
    this.#add('middleware', name, spec, direct);
  }

  registerChannel(name: string, spec: object, handlers: ChannelHandlers): void {
    this.#add('channel', name, spec, handlers);
  }

  registerProvider(name: string, spec: object, handlers: ProviderHandlers): void {
    this.#add('provider', name, spec, handlers);
  }

  registerServer(name: string, spec: object, handlers: ServerHandlers): void {
    this.#add('server', name, spec, handlers);
  }

  subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): void {
    this.#taken(`subscription ${show(pattern)}`, () => {
      compilePattern(pattern);
      if (typeof fn !== 'function') throw invalid(`its function is ${found(fn)}`);
      this.subscriptions.push({ pattern, fn, options });
    });
  }

  /** From now on everything answers STATE. */
  close(): void {
    this.#closed = true;
  }

  #add(kind: Kind, name: string, spec: object, code: object): void {
    const { kinds } = this.#limits;
    if (!this.#closed && !kinds.includes(kind)) throw this.#unserved(kind, name);
    this.#taken(`${kind} ${show(name)}`, () => {
      if (typeof name !== 'string') throw invalid(`its name is ${show(name)}, not a text`);
      const raw = { kind, name, spec: specText(spec), flags: RegistrationFlag.INLINE };
      const methods = methodsOf(kind, code);
      token += 1;
      this.registrations.push({ token, ...raw });
      this.handlers.set(token, { kind, name, methods });
    });
  }

  /** Does `take`; what it throws is a refusal, which the host hears of too. */
  #taken(what: string, take: () => void): void {
    if (this.#closed) {
      const text = `plugin ${this.#plugin}: ${what} can be registered during register() only`;
      throw new AisopodError('STATE', text);
    }
    const { registrations: most } = this.#limits;
    try {
      if (this.registrations.length + this.subscriptions.length >= most) {
        throw new AisopodError('TOO_LARGE', `more than ${most} registrations`);
      }
      take();
    } catch (error) {
      const { code, message } = AisopodError.from(error);
      const text = `${what}: ${message}`;
      // Refusals without end must not fill the memory either.
      if (this.refusals.length <= most) this.refusals.push(text);
      throw new AisopodError(code, `plugin ${this.#plugin}: ${text}`);
    }
  }

  #unserved(kind: Kind, name: string): AisopodError {
    const error = new AisopodError(
      'UNSUPPORTED',
      `plugin ${this.#plugin} registers what is not served: ${kind} ${show(name)}: ` +
        `this host does not serve the kind '${kind}'`,
      { details: { kind, name } },
    );
    if (this.warnings.length < this.#limits.registrations) this.warnings.push(error);
    return error;
  }
}

function specText(spec: object): string {
  const text = strictJson(spec, 'its spec');
  const bytes = Buffer.byteLength(text);
  if (bytes <= SPEC_BYTES) return text;
  throw new AisopodError('TOO_LARGE', `its spec has ${bytes} bytes; the limit is ${SPEC_BYTES}`);
}

/** What answers, by method. Taken over now: what the plugin changes later is not heard of. */
function methodsOf(kind: Kind, code: unknown): ReadonlyMap<string, PluginHandler> {
  const names = METHODS[kind] ?? ['invoke'];
  const alone = names[0] === 'invoke';
  if (alone && typeof code === 'function') return new Map([['invoke', code as PluginHandler]]);
  if (typeof code !== 'object' || code === null || names.length === 1) {
    const expected = alone ? 'a function' : `an object with ${names.join(', ')}`;
    throw invalid(`its handler is ${found(code)}, not ${expected}`);
  }
  const methods = new Map<string, PluginHandler>();
  for (const name of names) {
    const handler: unknown = Reflect.get(code, name);
    if (typeof handler === 'function') methods.set(name, handler.bind(code));
    else if (handler !== undefined)
      throw invalid(`${name} of it is ${found(handler)}, no function`);
  }
  if (alone && !methods.has('invoke')) throw invalid('it has no handler invoke');
  if (methods.size === 0) throw invalid(`it has none of the handlers ${names.join(', ')}`);
  return methods;
}

function found(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return show(value);
  return value === null ? 'null' : 'an object';
}

function invalid(message: string): AisopodError {
  return new AisopodError('INVALID', message);
}
