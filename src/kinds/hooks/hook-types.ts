import type { ToolResult } from '../../instance/index.js';
import type { DecisionOf, ErrorDecision, ToolDecision } from './decision.js';
import type { Collected } from './firing.js';
import type {
  AgentAnswer,
  AgentRun,
  ClientConnect,
  ClientDisconnect,
  ContextParts,
  ContextQuery,
  DaemonServers,
  GatewayShutdown,
  GatewayStart,
  GivenToolResult,
  IncomingMessage,
  LoadedConfig,
  ModelRequest,
  ModelResponse,
  OutgoingMessage,
  ReasoningStep,
  SessionEnd,
  SessionStart,
  SystemPrompt,
  ToolDescriptionChange,
  ToolError,
  ToolExecution,
  ToolRegistryState,
} from './hook-payloads.js';

/** A hook whose answers the host ignores. */
export interface ObserveHook<P> {
  readonly mode: 'observe';
  readonly payload: P;
  readonly reply: unknown;
  readonly result: undefined;
}

/** A hook that gathers answers. A plugin may give any value, so each receiver judges it. */
export interface CollectHook<P, R> {
  readonly mode: 'collect';
  readonly payload: P;
  readonly reply: R;
  readonly result: readonly Collected[];
}

/** A hook whose callbacks each receive what the one before them answered. */
export interface TransformHook<P extends R, R = P> {
  readonly mode: 'transform';
  readonly payload: P;
  readonly reply: R;
  readonly result: R;
}

/** A hook that the first decision ends. */
export interface DecideHook<P, D> {
  readonly mode: 'decide';
  readonly payload: P;
  readonly reply: D;
  readonly result: DecisionOf<D> | null;
}

/** Every hook: its mode, what it is fired with, what a callback answers and what the firing gives. */
export interface HookTypes {
  BeforeAgentRun: TransformHook<AgentRun>;
  AfterAgentRun: TransformHook<AgentAnswer>;
  BeforeMessageSend: TransformHook<OutgoingMessage>;
  AfterMessageReceive: TransformHook<IncomingMessage>;
  BeforeToolExecute: DecideHook<ToolExecution, ToolDecision>;
  AfterToolExecute: TransformHook<ToolResult, GivenToolResult>;
  OnSessionCreate: ObserveHook<SessionStart>;
  OnSessionEnd: ObserveHook<SessionEnd>;
  OnGatewayStart: ObserveHook<GatewayStart>;
  OnGatewayShutdown: ObserveHook<GatewayShutdown>;
  OnClientConnect: ObserveHook<ClientConnect>;
  OnClientDisconnect: ObserveHook<ClientDisconnect>;
  OnError: DecideHook<ToolError, ErrorDecision>;
  OnReasoningStep: ObserveHook<ReasoningStep>;
  ToolRegistryBuild: CollectHook<
    ToolRegistryState,
    ToolDescriptionChange | readonly ToolDescriptionChange[]
  >;
  SystemPromptExtend: TransformHook<SystemPrompt>;
  PreLlmCall: TransformHook<ModelRequest>;
  PostLlmResponse: TransformHook<ModelResponse>;
  DaemonServerRegister: CollectHook<DaemonServers, object>;
  ConfigLoaded: ObserveHook<LoadedConfig>;
  PrePreload: ObserveHook<ContextQuery>;
  PostPreload: ObserveHook<ContextParts>;
}

/** The name of a hook. */
export type HookName = keyof HookTypes;

/** The hooks of one mode. */
export type HookOfMode<M extends HookMode> = {
  [N in HookName]: HookTypes[N]['mode'] extends M ? N : never;
}[HookName];

/**
 * What becomes of the answers of callbacks.
 * - observe: nothing.
 * - collect: a list of them, each with the plugin that gave it.
 * - transform: each callback receives what the last one answered; null keeps it.
 * - decide: the first decision ends the question.
 */
export type HookMode = 'observe' | 'collect' | 'transform' | 'decide';
