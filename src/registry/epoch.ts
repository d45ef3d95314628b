/**
 * Counts the changes of what a call depends on: registrations, hooks, middleware, and where the calls
 * of a plugin go. What was looked up for a call holds as long as the number is the same, so that a call
 * looks nothing up again.
 */
export class Epoch {
  /** The number of changes so far. */
  now = 0;

  /** Something has changed. */
  advance(): void {
    this.now += 1;
  }
}
