import type { ToolResult } from '../../instance/index.js';

/**
 * The chunks of a running tool call, for one `for await`.
 *
 * A chunk counts as read when the next one is asked for, and the plugin waits for that; so `result`
 * settles only when the chunks were read. Leaving the loop early cancels the call.
 */
export interface ToolCallStream extends AsyncIterableIterator<unknown> {
  /**
   * The result of the call, after all chunks. Rejects with the same AisopodError that the loop
   * throws, with CALL_CANCELLED when the loop was left. Need not be awaited.
   */
  readonly result: Promise<ToolResult>;
  /** Leaves the loop: a call that still runs is cancelled. */
  return(): Promise<IteratorResult<unknown>>;
}
