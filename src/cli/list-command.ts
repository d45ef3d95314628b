import type { PluginHost } from '../host/index.js';
import type { Command } from './command.js';
import { openHost, tellFailures } from './open-host.js';
import { type Listing, printList } from './output/list.js';

/** A command that starts every plugin, lists what a host has of theirs, and reports which did not start. */
export interface ListCommand<T>
  extends Pick<Command, 'about' | 'examples'>,
    Omit<Listing<T>, 'items'> {
  readonly items: (host: PluginHost) => readonly T[];
  /** What is not in the list, as sentences. */
  readonly missing?: (host: PluginHost) => readonly string[];
}

export function listCommand<T>(given: ListCommand<T>): Command {
  const { about, examples, items, missing, ...list } = given;
  return {
    about,
    examples,
    async run(context) {
      const host = await openHost(context);
      await printList(context, { ...list, items: items(host) });
      if (!context.options.json)
        for (const text of missing?.(host) ?? []) void context.messages.warn(text);
      tellFailures(host, context);
      return 0;
    },
  };
}
