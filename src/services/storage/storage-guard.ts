/** Who may use the storage, and with what. */
export interface StorageGuard {
  /** Is called before each use. */
  assertOpen?(): void;
  /** Is called with the context of each use that has one. */
  checkContext?(context: unknown): void;
}
