/** An option of the command line. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
  /** How help calls its value. */
  readonly value?: string;
  readonly help: string;
  /** The commands that have it; absent: all. */
  readonly of?: string | readonly string[];
}

/** Every option. They may stand anywhere, before and after the words of the command. */
export const OPTIONS = {
  home: { type: 'string', value: 'DIR', help: 'The home; else AISOPOD_HOME, else ~/.aisopod' },
  plugin: {
    type: 'string',
    value: 'DIR',
    multiple: true,
    help: 'Also load the plugin in this folder, without installing it; repeatable',
  },
  only: {
    type: 'string',
    value: 'ID',
    multiple: true,
    help: 'Run only this plugin and those that it needs; repeatable',
  },
  use: {
    type: 'string',
    value: 'ID@RANGE',
    multiple: true,
    help: 'Run this plugin in a version of that range, such as calc@^1.2; repeatable',
  },
  'no-plugins': { type: 'boolean', help: 'Run no plugin' },
  json: { type: 'boolean', help: 'Print JSON, one document a line, errors too' },
  strict: { type: 'boolean', help: 'Fail when any plugin fails or differs from its manifest' },
  verbose: {
    type: 'boolean',
    short: 'v',
    help: 'Show every log line, and the stack behind an error',
  },
  help: { type: 'boolean', short: 'h', help: 'Show help, for the command where one is named' },
  version: { type: 'boolean', help: 'Show the version' },
  dialect: {
    type: 'string',
    value: 'NAME',
    of: 'tools list',
    help: 'As definitions for openai, openai-strict, gemini, anthropic or mcp',
  },
  stream: {
    type: 'boolean',
    of: 'tools call',
    help: 'Print chunks as they come; on a terminal that is always so',
  },
  timeout: {
    type: 'string',
    value: 'MS',
    of: ['tools call', 'prompts render', 'contexts get'],
    help: 'Milliseconds the call may take; else the limit of the configuration',
  },
  arg: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    of: 'prompts render',
    help: 'An argument of the prompt; repeatable',
  },
  cascade: {
    type: 'boolean',
    of: 'plugins disable',
    help: 'Also switch off the plugins that need it',
  },
  write: {
    type: 'boolean',
    of: 'plugins import',
    help: 'Write what can be mapped; without it, only show it',
  },
  mermaid: {
    type: 'boolean',
    of: 'plugins graph',
    help: 'Draw it in the language of Mermaid',
  },
  'from-env': {
    type: 'string',
    value: 'NAME',
    of: 'config set',
    help: 'Write down that the secret is in this environment variable',
  },
  'from-file': {
    type: 'string',
    value: 'PATH',
    of: 'config set',
    help: 'Write down that the secret is in this file, which you alone may read',
  },
  force: {
    type: 'boolean',
    of: 'storage backup',
    help: 'Replace a file that is there',
  },
  http: {
    type: 'boolean',
    of: 'mcp',
    help: 'Serve over HTTP instead of standard input and output',
  },
  host: {
    type: 'string',
    value: 'ADDRESS',
    of: 'mcp',
    help: 'With --http: the address to listen at; else 127.0.0.1',
  },
  port: {
    type: 'string',
    value: 'N',
    of: 'mcp',
    help: 'With --http: the port to listen at; else 3917. 0 takes one that is free',
  },
  'allow-host': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    of: 'mcp',
    help: 'With --http: a name by which clients may reach the server; repeatable',
  },
  'token-file': {
    type: 'string',
    value: 'PATH',
    of: 'mcp',
    help: 'With --http: the file with the token of clients, which you alone may read',
  },
  'host-version': {
    type: 'string',
    value: 'VERSION',
    of: 'plugins doctor',
    help: 'Only say which plugins would fit that version of aisopod; opens nothing',
  },
} as const satisfies Record<string, OptionSpec>;

/** The names of the commands that alone have an option; null: all have it. */
export function ownersOf({ of }: OptionSpec): readonly string[] | null {
  if (of === undefined) return null;
  return typeof of === 'string' ? [of] : of;
}

export type OptionName = keyof typeof OPTIONS;

/** What was given; what was not is absent, a list then is empty. */
export interface Options {
  readonly home?: string;
  readonly plugin: readonly string[];
  readonly only: readonly string[];
  readonly use: readonly string[];
  readonly arg: readonly string[];
  readonly 'no-plugins': boolean;
  readonly json: boolean;
  readonly strict: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly dialect?: string;
  readonly stream: boolean;
  readonly timeout?: string;
  readonly cascade: boolean;
  readonly mermaid: boolean;
  readonly write: boolean;
  readonly force: boolean;
  readonly 'from-env'?: string;
  readonly 'from-file'?: string;
  readonly 'host-version'?: string;
  readonly http: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly 'allow-host': readonly string[];
  readonly 'token-file'?: string;
}
