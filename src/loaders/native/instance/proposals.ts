import type { NativeInstance } from '../../../abi/addon.js';
import { Status, statusCode } from '../../../abi/index.js';
import { AisopodError } from '../../../base/errors/index.js';

/** What the plugin answered. */
interface Answer {
  readonly status: number;
  readonly message: string;
}

interface Outcome extends Answer {
  /** It has not returned within its limit. */
  readonly overdue: boolean;
}

/** Receives the answer that came after the limit: null, or why the configuration is refused. */
export type LateAnswer = (refusal: AisopodError | null) => void;

interface Proposal {
  readonly ended: (outcome: Outcome) => void;
  readonly late: LateAnswer;
}

/**
 * The configurations that are proposed to one instance. The core answers them in the order in which
 * they were proposed; one that is late is answered twice, and then those behind it may be late too.
 */
export class Proposals {
  readonly #plugin: string;
  readonly #native: NativeInstance;
  /** Not answered yet. */
  readonly #open: Proposal[] = [];
  /** Reported as late, and not answered yet. */
  readonly #late: Proposal[] = [];

  constructor(plugin: string, native: NativeInstance) {
    this.#plugin = plugin;
    this.#native = native;
  }

  /**
   * @param config JSON text
   * @param limitMs milliseconds
   * @throws AisopodError CONFIG_REFUSED, LIFECYCLE_TIMEOUT, PLUGIN_NOT_ACTIVE
   */
  async make(config: string, limitMs: number, late: LateAnswer): Promise<void> {
    const outcome = await new Promise<Outcome>((ended) => {
      this.#native.configure(config, limitMs); // its answer comes in a later turn
      this.#open.push({ ended, late });
    });
    if (outcome.overdue) {
      throw new AisopodError(
        'LIFECYCLE_TIMEOUT',
        `plugin ${this.#plugin}: ${outcome.message}; until it does, the configuration before is in ` +
          'force',
        { details: { plugin: this.#plugin } },
      );
    }
    const refusal = this.#refusal(outcome);
    if (refusal !== null) throw refusal;
  }

  /** Takes the message that reports the end of a proposal, or that it is late. */
  ended(outcome: Outcome): void {
    const proposal = this.#open.shift();
    if (outcome.overdue && proposal !== undefined) this.#late.push(proposal);
    proposal?.ended(outcome);
  }

  /** Takes the message that reports the end of one that was late. */
  late(answer: Answer): void {
    this.#late.shift()?.late(this.#refusal(answer));
  }

  #refusal({ status, message }: Answer): AisopodError | null {
    if (status === Status.OK) return null;
    const code = status === Status.STATE ? 'PLUGIN_NOT_ACTIVE' : 'CONFIG_REFUSED';
    return new AisopodError(code, `plugin ${this.#plugin}: ${message}`, {
      details: { status: statusCode(status) },
    });
  }
}
