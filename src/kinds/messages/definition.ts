import { maybe, orNull, string, table } from '../../base/shape/index.js';
import type { KindDefinition } from '../../registry/index.js';

/** The spec of the kind "message" after it was judged; frozen. */
export interface MessageSpec {
  /** What messages the plugin understands. */
  readonly description?: string;
}

/** What other plugins, and the program around the host, say to the plugin. */
export const messageDefinition: KindDefinition<MessageSpec, MessageSpec> = {
  kind: 'message',
  names: 'single',
  caseCounts: true,
  methods: ['invoke'],
  // context.messaging.onMessage() is there for them.
  registrar: null,
  spec: orNull(
    table(
      { description: maybe(string('text'), 'What messages the plugin understands, for people') },
      'an object: {"description": "..."}',
      { open: true },
    ),
  ),
};
