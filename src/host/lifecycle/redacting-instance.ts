import type { RawRegistration } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { jsonText, readJson } from '../../base/json/index.js';
import type { Redactor } from '../../config/index.js';
import type {
  Answer,
  DirectHandler,
  InvokeOptions,
  PluginInstance,
  ShutdownReason,
} from '../../instance/index.js';

/** Members of specs and of schemas that are shown to others, and change nothing that the host does. */
const PROSE = new Set(['default', 'description', 'examples', 'summary', 'title', 'usage']);

/**
 * An instance whose specs, failures and notes of progress don't show the secrets of its configuration. What
 * its handlers answer passes as it is.
 */
export class RedactingInstance implements PluginInstance {
  readonly direct?: NonNullable<PluginInstance['direct']>;
  readonly configure?: NonNullable<PluginInstance['configure']>;
  readonly counters?: NonNullable<PluginInstance['counters']>;
  readonly deliver?: NonNullable<PluginInstance['deliver']>;
  readonly drained?: NonNullable<PluginInstance['drained']>;
  readonly pause?: NonNullable<PluginInstance['pause']>;
  readonly resume?: NonNullable<PluginInstance['resume']>;
  readonly saveState?: NonNullable<PluginInstance['saveState']>;
  readonly restoreState?: NonNullable<PluginInstance['restoreState']>;
  readonly #inner: PluginInstance;
  readonly #redactor: Redactor;

  constructor(inner: PluginInstance, redactor: Redactor) {
    this.#inner = inner;
    this.#redactor = redactor;
    if (inner.direct) this.direct = (registration) => this.#direct(registration);
    if (inner.counters) this.counters = inner.counters.bind(inner);
    if (inner.drained) this.drained = inner.drained.bind(inner);
    if (inner.resume) this.resume = inner.resume.bind(inner);
    const { pause, saveState, restoreState } = inner;
    if (pause) this.pause = (limitMs) => this.#clean(pause.call(inner, limitMs));
    if (saveState) this.saveState = () => this.#clean(saveState.call(inner));
    if (restoreState) {
      this.restoreState = (state) => this.#clean(restoreState.call(inner, state));
    }
    if (inner.deliver) this.deliver = (...event) => inner.deliver?.(...event);
    if (inner.configure) {
      this.configure = async (config, late) => {
        const told = (refusal: AisopodError | null) =>
          late?.(refusal === null ? null : redactor.error(refusal));
        await this.#clean(inner.configure?.(config, told) ?? Promise.resolve());
      };
    }
  }

  get timings() {
    return this.#inner.timings;
  }
  get warnings() {
    return this.#inner.warnings.map((warning) => this.#redactor.error(warning));
  }
  get subscriptions() {
    return this.#inner.subscriptions ?? [];
  }
  get inFlight() {
    return this.#inner.inFlight;
  }

  async register(): Promise<readonly RawRegistration[]> {
    const registrations = await this.#clean(this.#inner.register());
    return registrations.map((each) => ({ ...each, spec: this.#spec(each.spec) }));
  }

  init(): Promise<void> {
    return this.#clean(this.#inner.init());
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    try {
      const answer = this.#inner.invoke(registration, method, params, this.#options(options));
      if (!(answer instanceof Promise)) return this.#answer(answer);
      return this.#clean(answer).then((settled) => this.#answer(settled));
    } catch (error) {
      throw this.#error(error);
    }
  }

  async shutdown(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    const unclean = await this.#inner.shutdown(drainMs, reason);
    return unclean === null ? null : this.#redactor.error(unclean);
  }

  #direct(registration: number): DirectHandler | undefined {
    const handler = this.#inner.direct?.(registration);
    if (handler === undefined) return undefined;
    return (params, call) => {
      try {
        const result = handler(params, call);
        return result instanceof Promise ? this.#clean(result) : result;
      } catch (error) {
        throw this.#error(error);
      }
    };
  }

  /** A spec without secrets in its prose; what the host acts on stays as it is. */
  #spec(spec: string): string {
    if (this.#redactor.text(spec) === spec) return spec;
    return jsonText(this.#prose(readJson(spec)));
  }

  #prose(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.#prose(each));
    const clean = ([key, each]: [string, unknown]) => [
      key,
      PROSE.has(key) ? this.#redactor.data(each) : this.#prose(each),
    ];
    return Object.fromEntries(Object.entries(value).map(clean));
  }

  #options(options: InvokeOptions): InvokeOptions {
    const { onProgress } = options;
    if (onProgress === undefined) return options;
    const text = (note: string | null) => (note === null ? null : this.#redactor.text(note));
    return { ...options, onProgress: (fraction, note) => onProgress(fraction, text(note)) };
  }

  #answer(answer: Answer): Answer {
    if (answer.ok) return answer;
    const { message, details, cause } = answer;
    return {
      ...answer,
      message: this.#redactor.text(message),
      ...(details === undefined ? {} : { details: this.#redactor.data(details) }),
      ...(cause === undefined ? {} : { cause: this.#redactor.thrown(cause) }),
    };
  }

  #error(error: unknown): unknown {
    if (!this.#redactor.active) return error;
    return this.#redactor.error(AisopodError.from(error, 'FAIL'));
  }

  async #clean<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#error(error);
    }
  }
}
