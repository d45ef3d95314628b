import type { PluginHost } from '../host/index.js';
import type { Command } from './command.js';
import { openHost, tellFailures } from './open-host.js';
import { type Listing, printList } from './output/list.js';

/** A command that starts every plugin, lists what a host has of theirs, and reports which did not start. */
export interface ListCommand<T>
  extends Pick<Command, 'about' | 'examples'>,
    Omit<Listing<T>, 'items'> {
  readonly items: (host: PluginHost) => readonly T[];
}

export function listCommand<T>({ about, examples, items, ...list }: ListCommand<T>): Command {
  return {
    about,
    examples,
    async run(context) {
      const host = await openHost(context);
      await printList(context, { ...list, items: items(host) });
      tellFailures(host, context);
      return 0;
    },
  };
}
