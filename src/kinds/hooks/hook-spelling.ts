import type { HookName, HookOfMode, HookTypes } from './hook-types.js';

/** Earlier names of hooks, each with the hook that it means. */
export interface HookAliases {
  BEFORE_TOOL_CALL: 'BeforeToolExecute';
  PRE_TOOL_EXECUTE: 'BeforeToolExecute';
  AFTER_TOOL_CALL: 'AfterToolExecute';
  POST_TOOL_EXECUTE: 'AfterToolExecute';
  SESSION_START: 'OnSessionCreate';
  SESSION_END: 'OnSessionEnd';
}

/** `BeforeAgentRun` as `_before_agent_run`. */
export type WithUnderscores<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${WithUnderscores<Rest>}`
  : '';

/** `BeforeAgentRun` as `before_agent_run`. */
export type SnakeCase<S extends string> =
  WithUnderscores<S> extends `_${infer Name}` ? Name : Lowercase<S>;

/** Every way to write the name of a hook, each with the hook that it means. */
export type HookSpellings = {
  [N in HookName as N | SnakeCase<N> | Uppercase<SnakeCase<N>>]: N;
} & { [A in keyof HookAliases as A | Lowercase<A>]: HookAliases[A] };

/** A name as callers give it: completed by editors, and any text where it is known at run time only. */
export type AnyHookName = keyof HookSpellings | (string & {});

/** The hook that a name or an alias means; `never` for a literal that is none. */
export type HookNamed<S extends string> = S extends keyof HookSpellings ? HookSpellings[S] : never;

/** What a hook is fired with. A name that is known at run time only takes anything. */
export type HookPayload<S extends string> = string extends S
  ? unknown
  : HookTypes[HookNamed<S>]['payload'];

/** What firing a hook gives. */
export type HookResult<S extends string> = string extends S
  ? unknown
  : HookTypes[HookNamed<S>]['result'];

/** What a callback may answer besides null and undefined. */
export type HookReply<S extends string> = string extends S
  ? unknown
  : HookTypes[HookNamed<S>]['reply'];

/** What a hook of mode transform is fired with; `never` for a hook of another mode. */
export type ChainPayload<S extends string> = string extends S
  ? object
  : HookNamed<S> extends HookOfMode<'transform'>
    ? HookPayload<S>
    : never;
