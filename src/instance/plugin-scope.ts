import type { Generation } from './generation.js';
import type { HasContext } from './issued-context.js';

/** What the services that one plugin in TypeScript is given are made with. */
export interface PluginScope {
  /** Whose services they are. */
  readonly generation: Generation;
  /** @throws AisopodError STATE when the plugin has ended */
  assertOpen(): void;
  /**
   * Takes a resource of the host, until the plugin ends.
   * @param take returns the function that gives it back
   * @returns gives it back; may be called again
   * @throws AisopodError STATE when the plugin shuts down or has ended; what `take` throws
   */
  hold(take: () => () => void): () => void;
  /**
   * Reads the options that the plugin gave to a service, once.
   * @throws AisopodError USAGE for a context that the host did not make
   */
  given<T extends HasContext>(service: string, options: T | undefined): T | undefined;
}
