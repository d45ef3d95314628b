import type { PluginScope } from '../../instance/index.js';
import type { KindHost, KindPart } from '../../registry/index.js';
import type { PayloadProblems } from './compiled-hooks.js';
import type { ContextHooks } from './context-hooks.js';
import type { HookOptions } from './hooks.js';
import { HooksService } from './hooks-service.js';
import type { HookFn } from './tap.js';

/** Serves hooks in a host. @param payloadProblems what is known of payloads beyond their being objects */
export function openHooks(
  { dispatcher, limitsFor, warn, error, keepWarning }: KindHost,
  payloadProblems: PayloadProblems,
): KindPart<HooksService, ContextHooks> {
  const hookMs = (id: string) => limitsFor(id).hookMs;
  const service = new HooksService({
    dispatcher,
    hookMs,
    payloadProblems,
    warn,
    error,
    keepWarning,
  });
  return { service, forPlugin: (scope) => hooksFor(scope, service) };
}

function hooksFor({ generation, assertOpen, hold, given }: PluginScope, hooks: HooksService) {
  const { list, invoke, invokeChain, register } = hooks.of(generation);
  return Object.freeze({
    list,
    async invoke(name, payload, options) {
      assertOpen();
      return invoke(name, payload, given('hooks.invoke()', options));
    },
    async invokeChain(name, data, options) {
      assertOpen();
      return invokeChain(name, data, given('hooks.invokeChain()', options));
    },
    register: (name: string, fn: HookFn, options?: Omit<HookOptions, 'plugin'>) =>
      hold(() => register(name, fn, options)),
  } satisfies ContextHooks);
}
