import type { Dispatcher } from './dispatcher.js';
import type { RegistrySnapshot } from './snapshot.js';

/** Something that is made of the registry: once for each snapshot, when it is first read. */
export class SnapshotView<T> {
  readonly #dispatcher: Pick<Dispatcher, 'snapshot'>;
  readonly #make: (snapshot: RegistrySnapshot) => T;
  #made: { readonly of: RegistrySnapshot; readonly view: T } | null = null;

  /** @param make must not read the view that it makes */
  constructor(dispatcher: Pick<Dispatcher, 'snapshot'>, make: (snapshot: RegistrySnapshot) => T) {
    this.#dispatcher = dispatcher;
    this.#make = make;
  }

  /** Of the newest snapshot. */
  get current(): T {
    const { snapshot } = this.#dispatcher;
    if (this.#made === null || this.#made.of !== snapshot) {
      this.#made = { of: snapshot, view: this.#make(snapshot) };
    }
    return this.#made.view;
  }

  /** What else it is made of has changed: it is made again. */
  renew(): void {
    this.#made = null;
  }
}
