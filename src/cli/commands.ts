import type { Command } from './command.js';

/** An argument of a command. */
export interface ArgumentSpec {
  readonly name: string;
  readonly required: boolean;
  /** It takes all words that are left. */
  readonly rest?: true;
  /** What a shell completes it with; absent: ids of plugins for `id` and `plugin`, else file names. */
  readonly complete?: 'tools' | 'prompts' | 'contexts' | 'schemas' | readonly string[];
}

/** A line of the table of commands. */
export interface CommandEntry {
  /** The words that name it, separated by a blank. */
  readonly name: string;
  readonly args: readonly ArgumentSpec[];
  readonly summary: string;
  /** It only shows what plugins are and bring, so they are started in a child process. */
  readonly apart?: true;
  readonly load: () => Promise<{ readonly command: Command }>;
}

const needed = (name: string): ArgumentSpec => ({ name, required: true });

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'plugins list',
    args: [],
    summary: 'Every plugin that was found, refused ones too',
    apart: true,
    load: () => import('./commands/plugins/list.js'),
  },
  {
    name: 'plugins inspect',
    args: [needed('id')],
    summary: 'All that is known about one plugin',
    apart: true,
    load: () => import('./commands/plugins/inspect.js'),
  },
  {
    name: 'plugins doctor',
    args: [],
    summary: 'Start every plugin, and say what is wrong and what to do',
    apart: true,
    load: () => import('./commands/plugins/doctor.js'),
  },
  {
    name: 'plugins graph',
    args: [],
    summary: 'Which plugin needs which',
    load: () => import('./commands/plugins/graph.js'),
  },
  {
    name: 'plugins bisect',
    args: [{ name: '-- command...', required: false, rest: true }],
    summary: 'Find the plugin that breaks a command',
    load: () => import('./commands/plugins/bisect.js'),
  },
  {
    name: 'plugins import',
    args: [needed('file | folder')],
    summary: 'Take over manifests and lists of plugins of other hosts',
    load: () => import('./commands/plugins/import.js'),
  },
  {
    name: 'plugins enable',
    args: [needed('id')],
    summary: 'Let a plugin be started',
    load: () => import('./commands/plugins/enable.js'),
  },
  {
    name: 'plugins disable',
    args: [needed('id')],
    summary: 'Switch a plugin off, until it is enabled again',
    load: () => import('./commands/plugins/disable.js'),
  },
  {
    name: 'plugins reload',
    args: [needed('id')],
    summary: 'Let running hosts reload a plugin',
    load: () => import('./commands/plugins/reload.js'),
  },
  {
    name: 'watch',
    args: [],
    summary: 'Run all plugins, and follow what comes, changes and goes',
    load: () => import('./commands/watch.js'),
  },
  {
    name: 'mcp',
    args: [],
    summary: 'Serve tools, prompts and contexts to an MCP client',
    load: () => import('./commands/mcp.js'),
  },
  {
    name: 'tools list',
    args: [],
    summary: 'Every tool that can be called',
    apart: true,
    load: () => import('./commands/tools/list.js'),
  },
  {
    name: 'tools call',
    args: [
      { ...needed('name'), complete: 'tools' },
      { name: 'json | -', required: false },
    ],
    summary: 'Call a tool',
    load: () => import('./commands/tools/call.js'),
  },
  {
    name: 'prompts list',
    args: [],
    summary: 'Every prompt that plugins bring',
    apart: true,
    load: () => import('./commands/prompts/list.js'),
  },
  {
    name: 'prompts render',
    args: [{ ...needed('name'), complete: 'prompts' }],
    summary: 'Render a prompt with arguments',
    load: () => import('./commands/prompts/render.js'),
  },
  {
    name: 'contexts list',
    args: [],
    summary: 'Every context that plugins bring',
    apart: true,
    load: () => import('./commands/contexts/list.js'),
  },
  {
    name: 'contexts get',
    args: [
      { ...needed('name'), complete: 'contexts' },
      { name: 'query', required: false },
    ],
    summary: 'Ask a context about something',
    load: () => import('./commands/contexts/get.js'),
  },
  {
    name: 'hooks list',
    args: [],
    summary: 'Who listens to which hook, in order',
    apart: true,
    load: () => import('./commands/hooks/list.js'),
  },
  {
    name: 'middleware list',
    args: [],
    summary: 'What stands around tool calls and messages, in order',
    apart: true,
    load: () => import('./commands/middleware/list.js'),
  },
  {
    name: 'commands list',
    args: [],
    summary: 'Every command that plugins bring',
    apart: true,
    load: () => import('./commands/commands/list.js'),
  },
  {
    name: 'auth status',
    args: [],
    summary: 'Whether you are authenticated, and by what',
    load: () => import('./commands/auth/status.js'),
  },
  {
    name: 'auth rotate',
    args: [],
    summary: 'Make a new token; the old one counts no more',
    load: () => import('./commands/auth/rotate.js'),
  },
  {
    name: 'completion',
    args: [{ ...needed('shell'), complete: ['bash', 'zsh', 'fish'] }],
    summary: 'The script that lets a shell complete command lines',
    load: () => import('./commands/completion.js'),
  },
  {
    name: 'config get',
    args: [needed('plugin'), { name: 'key', required: false }],
    summary: 'What a plugin is configured with',
    load: () => import('./commands/config/get.js'),
  },
  {
    name: 'config explain',
    args: [needed('plugin'), { name: 'key', required: false }],
    summary: 'Where each value of a configuration comes from',
    load: () => import('./commands/config/explain.js'),
  },
  {
    name: 'config set',
    args: [needed('plugin'), needed('key'), { name: 'value | -', required: false }],
    summary: 'Write a value into the configuration of a plugin',
    load: () => import('./commands/config/set.js'),
  },
  {
    name: 'config unset',
    args: [needed('plugin'), needed('key')],
    summary: 'Take a value out of the configuration of a plugin',
    load: () => import('./commands/config/unset.js'),
  },
  {
    name: 'build-addon',
    args: [{ name: 'file', required: false }],
    summary: 'Compile the native part for this machine, where no package has it',
    load: () => import('./commands/build-addon.js'),
  },
  {
    name: 'storage check',
    args: [],
    summary: 'Read all that plugins have stored, and say what is damaged',
    load: () => import('./commands/storage/check.js'),
  },
  {
    name: 'storage backup',
    args: [needed('file')],
    summary: 'Copy all that plugins have stored into one file',
    load: () => import('./commands/storage/backup.js'),
  },
  {
    name: 'storage repair',
    args: [],
    summary: 'Rescue what can be read of a damaged storage',
    load: () => import('./commands/storage/repair.js'),
  },
  {
    name: 'paths',
    args: [],
    summary: 'Where everything lies, and where plugins are looked for',
    load: () => import('./commands/paths.js'),
  },
  {
    name: 'sdk path',
    args: [],
    summary: 'The folder with the C header and the CMake package',
    load: () => import('./commands/sdk/path.js'),
  },
  {
    name: 'sdk schema',
    args: [{ name: 'manifest | config | kind', required: false, complete: 'schemas' }],
    summary: 'The JSON Schema of the manifest, or of the spec of a kind',
    load: () => import('./commands/sdk/schema.js'),
  },
];

/** Other words for the first word of a command. */
export const ALIASES: Readonly<Record<string, string>> = { plugin: 'plugins' };
