import { AisopodError } from '../../base/errors/index.js';

/**
 * Keeps plugin code and the API from changing the host while a command runs, so that a command sees
 * one host from its beginning to its end, and one that asks for a change can't wait for itself. It
 * refuses and never waits; reads don't ask it, and nor does what the host does by itself.
 */
export class WriteGate {
  /** The commands that run now; one may run several times. */
  readonly #running = new Set<{ readonly command: string }>();

  /** Full names of the commands that run now. */
  get running(): readonly string[] {
    return Array.from(this.#running, ({ command }) => command);
  }

  /**
   * Runs a command; writes are refused until its promise has settled, however that ends.
   * @param command full name
   */
  async during<T>(command: string, run: () => Promise<T>): Promise<T> {
    const own = { command };
    this.#running.add(own);
    try {
      return await run();
    } finally {
      this.#running.delete(own);
    }
  }

  /**
   * To be asked before a write that plugin code or the API wants.
   * @param what the write, for the message: `switch off plugin x`
   * @throws AisopodError COMMAND_RUNNING
   */
  assertWritable(what: string): void {
    if (this.#running.size === 0) return;
    const commands = [...new Set(this.running)];
    const [first, ...more] = commands;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    throw new AisopodError(
      'COMMAND_RUNNING',
      `The host can't ${what} now: the command ${first}${others} still runs. Ask again when it has ` +
        'ended.',
      { details: { what, commands } },
    );
  }
}
