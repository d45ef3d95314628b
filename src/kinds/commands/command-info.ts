import type { Entry } from '../../registry/index.js';
import type { CommandArgument, CommandExample, CommandSpec } from './definition.js';

/** A command as it is shown to people and other programs. */
export interface CommandInfo {
  /** Id of the plugin. */
  readonly plugin: string;
  readonly name: string;
  /** `plugin-id:name`; always works. */
  readonly fullName: string;
  /** What it is to be called by: the name where the plugin owns it, else the full name. */
  readonly shortName: string;
  readonly description: string;
  /** What stands after the name: as the author wrote it, else made of `args`. */
  readonly usage: string;
  readonly args: readonly CommandArgument[];
  readonly examples: readonly CommandExample[];
  readonly requireAuth: boolean;
  /** Whether it reads standard input. */
  readonly stdin: boolean;
  readonly aliases: readonly string[];
}

/** @param owned whether the short name means this command */
export function toCommandInfo(entry: Entry, owned: boolean): CommandInfo {
  const spec = specOf(entry);
  const { description, usage = usageOf(spec.args), args } = spec;
  const { examples, requireAuth, stdin, aliases } = spec;
  return Object.freeze({
    plugin: entry.plugin.id,
    name: entry.name,
    fullName: entry.fullName,
    shortName: owned ? entry.name : entry.fullName,
    description,
    usage,
    args,
    examples,
    requireAuth,
    stdin,
    aliases,
  });
}

/** Only commandDefinition makes the specs of this kind. */
export function specOf(entry: Entry): CommandSpec {
  return entry.spec as CommandSpec;
}

function usageOf(args: readonly CommandArgument[]): string {
  return args
    .map(({ name, required, many }) => {
      const shown = `${name}${many ? '...' : ''}`;
      return required ? `<${shown}>` : `[${shown}]`;
    })
    .join(' ');
}
