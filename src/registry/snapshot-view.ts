import type { Dispatcher } from './dispatcher.js';
import type { RegistrySnapshot } from './snapshot.js';

/** Something that is made of the registry: once for each snapshot, when it is first read. */
export class SnapshotView<T> {
  readonly #dispatcher: Pick<Dispatcher, 'snapshot'>;
  readonly #make: (snapshot: RegistrySnapshot) => T;
  /** What the view was made of; null: it is to be made. */
  #of: RegistrySnapshot | null = null;
  #view: T | undefined;

  /** @param make must not read the view that it makes */
  constructor(dispatcher: Pick<Dispatcher, 'snapshot'>, make: (snapshot: RegistrySnapshot) => T) {
    this.#dispatcher = dispatcher;
    this.#make = make;
  }

  /** Of the newest snapshot. */
  get current(): T {
    const { snapshot } = this.#dispatcher;
    if (this.#of !== snapshot) {
      this.#view = this.#make(snapshot);
      this.#of = snapshot;
    }
    return this.#view as T;
  }

  /** What else it is made of has changed: it is made again. */
  renew(): void {
    this.#of = null;
  }
}
