import type { HookMode, HookName, HookTypes } from './hook-types.js';

interface HookPoint {
  /** 1 to 22; never given to another hook. */
  readonly id: number;
  readonly mode: HookMode;
  /** Earlier names for the same hook. */
  readonly aliases?: readonly string[];
}

/** Every hook there is, in the order of the ids. */
export const HOOK_POINTS = {
  BeforeAgentRun: { id: 1, mode: 'transform' },
  AfterAgentRun: { id: 2, mode: 'transform' },
  BeforeMessageSend: { id: 3, mode: 'transform' },
  AfterMessageReceive: { id: 4, mode: 'transform' },
  BeforeToolExecute: { id: 5, mode: 'decide', aliases: ['BEFORE_TOOL_CALL', 'PRE_TOOL_EXECUTE'] },
  AfterToolExecute: { id: 6, mode: 'transform', aliases: ['AFTER_TOOL_CALL', 'POST_TOOL_EXECUTE'] },
  OnSessionCreate: { id: 7, mode: 'observe', aliases: ['SESSION_START'] },
  OnSessionEnd: { id: 8, mode: 'observe', aliases: ['SESSION_END'] },
  OnGatewayStart: { id: 9, mode: 'observe' },
  OnGatewayShutdown: { id: 10, mode: 'observe' },
  OnClientConnect: { id: 11, mode: 'observe' },
  OnClientDisconnect: { id: 12, mode: 'observe' },
  OnError: { id: 13, mode: 'decide' },
  OnReasoningStep: { id: 14, mode: 'observe' },
  ToolRegistryBuild: { id: 15, mode: 'collect' },
  SystemPromptExtend: { id: 16, mode: 'transform' },
  PreLlmCall: { id: 17, mode: 'transform' },
  PostLlmResponse: { id: 18, mode: 'transform' },
  DaemonServerRegister: { id: 19, mode: 'collect' },
  ConfigLoaded: { id: 20, mode: 'observe' },
  PrePreload: { id: 21, mode: 'observe' },
  PostPreload: { id: 22, mode: 'observe' },
} as const satisfies { readonly [N in HookName]: HookPoint & { mode: HookTypes[N]['mode'] } };

export const HOOK_NAMES = Object.freeze(Object.keys(HOOK_POINTS)) as readonly HookName[];

/** A hook as data. */
export interface Hook {
  readonly id: number;
  readonly name: HookName;
  readonly mode: HookMode;
  readonly aliases: readonly string[];
}

/** All hooks, in the order of their ids. */
export const HOOKS: readonly Hook[] = Object.freeze(
  HOOK_NAMES.map((name): Hook => {
    const { id, mode, aliases = [] }: HookPoint = HOOK_POINTS[name];
    return Object.freeze({ id, name, mode, aliases });
  }),
);

/** The hooks that each start of a host fires. */
export const START_HOOKS: ReadonlySet<HookName> = new Set<HookName>([
  'ConfigLoaded',
  'ToolRegistryBuild',
  'DaemonServerRegister',
]);

/** Whether a callback of a hook that fails blocks what it was asked about. */
export function failsClosed(name: HookName): boolean {
  return name === 'BeforeToolExecute';
}
