import { type Kind, type RawRegistration, RegistrationFlag } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import { strictJson } from '../base/json/index.js';
import { show } from '../base/text/index.js';
import type { PluginHandler, RegisteredHandler } from '../loaders/embedded/index.js';
import type { KindDefinition, KindDefinitions, Registrar } from '../registry/index.js';
import {
  compilePattern,
  type SubscribeOptions,
  type Subscriber,
} from '../services/events/index.js';
import type { PluginApi } from './plugin-api.js';

/** What a host takes. */
export interface BuilderLimits {
  /** The kinds that have a consumer. */
  readonly kinds: KindDefinitions;
  /** The most registrations of one plugin. */
  readonly registrations: number;
}

// As in native code.
const SPEC_BYTES = 256 * 1024;

/** The kinds of plugin.h that a plugin in TypeScript may try to register, though nothing serves them. */
const UNSERVED = {
  registerChannel: 'channel',
  registerProvider: 'provider',
  registerServer: 'server',
} as const satisfies Record<string, Kind>;

/** One call of subscribe(). */
export interface Subscription {
  readonly pattern: string;
  readonly fn: Subscriber;
  readonly options: SubscribeOptions | undefined;
}

/** One for all plugins, so that a token of one never means something of another. */
let token = 0;

/** A function of PluginApi for a kind. */
type Register = (name: string, spec: object, code: object) => void;

/** Collects what one plugin registers, until it is closed. */
export class Builder {
  /** What register() is given. */
  readonly api: PluginApi;
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
    this.api = this.#makeApi();
  }

  #makeApi(): PluginApi {
    const functions: Record<string, Register> = {};
    for (const [member, kind] of Object.entries(UNSERVED)) {
      functions[member] = (name) => this.#refuseUnserved(kind, name);
    }
    for (const definition of this.#limits.kinds.values()) {
      const { registrar } = definition;
      if (registrar === null) continue;
      functions[registrar.member] = (...given) => this.#add(definition, registrar, ...given);
    }
    const subscribe: PluginApi['subscribe'] = (...given) => this.#subscribe(...given);
    // Each interface of RegistersKinds belongs to a definition, whose registrar names its function.
    return Object.freeze({ ...functions, subscribe }) as unknown as PluginApi;
  }

  #subscribe(pattern: string, fn: Subscriber, options?: SubscribeOptions): void {
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

  #add(
    { kind, methods }: KindDefinition,
    registrar: Registrar,
    name: string,
    given: object,
    handler: object,
  ): void {
    this.#taken(`${kind} ${show(name)}`, () => {
      if (typeof name !== 'string') throw invalid(`its name is ${show(name)}, not a text`);
      const { spec, code } = registrar.adapt?.(given, handler) ?? { spec: given, code: handler };
      const raw = { kind, name, spec: specText(spec), flags: RegistrationFlag.INLINE };
      const answers = methodsOf(methods, code);
      token += 1;
      this.registrations.push({ token, ...raw });
      this.handlers.set(token, { kind, name, methods: answers });
    });
  }

  /** Does `take`; what it throws is a refusal, which the host hears of too. */
  #taken(what: string, take: () => void): void {
    if (this.#closed) throw this.#tooLate(what);
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

  #refuseUnserved(kind: Kind, name: string): never {
    if (this.#closed) throw this.#tooLate(`${kind} ${show(name)}`);
    const error = new AisopodError(
      'UNSUPPORTED',
      `plugin ${this.#plugin} registers what is not served: ${kind} ${show(name)}: ` +
        `this host does not serve the kind '${kind}'`,
      { details: { kind, name } },
    );
    if (this.warnings.length < this.#limits.registrations) this.warnings.push(error);
    throw error;
  }

  #tooLate(what: string): AisopodError {
    const text = `plugin ${this.#plugin}: ${what} can be registered during register() only`;
    return new AisopodError('STATE', text);
  }
}

function specText(spec: object): string {
  const text = strictJson(spec, 'its spec');
  const bytes = Buffer.byteLength(text);
  if (bytes <= SPEC_BYTES) return text;
  throw new AisopodError('TOO_LARGE', `its spec has ${bytes} bytes; the limit is ${SPEC_BYTES}`);
}

/** What answers, by method. Taken over now: what the plugin changes later is not heard of. */
function methodsOf(names: readonly string[], code: unknown): ReadonlyMap<string, PluginHandler> {
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
      throw invalid(`${name} of it is ${found(handler)}, not a function`);
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
