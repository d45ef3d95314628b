import type { TestPlugin } from '../../support/plugin-folder.js';

/** A command of test/plugins/commands.c that a test adds. */
export interface ExtraCommand {
  readonly name: string;
  readonly spec?: object;
}

/** A plugin with the commands of test/plugins/commands.c, and more that say what they were told. */
export function cmds(id = 'cmds', extra: readonly ExtraCommand[] = []): TestPlugin {
  const lines = extra.map(({ name, spec }) => {
    const json = JSON.stringify({ description: 'One more', requireAuth: false, ...spec });
    return `{${JSON.stringify(name)}, ${JSON.stringify(json)}, told, 0},`;
  });
  return { id, source: 'commands.c', flags: [`-DMORE_COMMANDS=${lines.join(' ')}`] };
}
