import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { show } from '../../base/text/index.js';
import type { RequestHandler, RequestInfo } from '../../instance/index.js';
import type { Operation, PageOptions } from './operations.js';
import type { PluginStorage } from './plugin-storage.js';
import type { Storage } from './storage.js';
import { invalid } from './storage-error.js';

/** The status of the ABI that a plugin gets for an error; FAIL for all others. */
const STATUS: Partial<Record<ErrorCode, ErrorCode>> = {
  STORAGE_INVALID: 'INVALID',
  STORAGE_TOO_LARGE: 'TOO_LARGE',
  STORAGE_QUOTA: 'TOO_LARGE',
  STORAGE_CONFLICT: 'AGAIN',
  HOST_CLOSED: 'GONE',
};

type Params = Record<string, unknown>;
type Answer = (mine: PluginStorage, params: Params) => Promise<unknown>;

const METHODS: Readonly<Record<string, { keys: readonly string[]; answer: Answer }>> = {
  'storage.get': {
    keys: ['key', 'owner'],
    async answer(mine, { key, owner }) {
      const from = owner === undefined ? mine : mine.shared(text('owner', owner));
      const value = await from.get(text('key', key));
      return value === undefined ? { found: false } : { found: true, value };
    },
  },
  'storage.set': {
    keys: ['key', 'value'],
    async answer(mine, { key, value }) {
      if (value === undefined) throw invalid('storage.set needs a "value".');
      await mine.set(text('key', key), value);
      return {};
    },
  },
  'storage.delete': {
    keys: ['key'],
    answer: async (mine, { key }) => ({ deleted: await mine.delete(text('key', key)) }),
  },
  'storage.list': {
    keys: ['prefix', 'after', 'limit', 'values', 'owner'],
    async answer(mine, { owner, ...options }) {
      const from = owner === undefined ? mine : mine.shared(text('owner', owner));
      return from.list(options as PageOptions);
    },
  },
  'storage.commit': {
    keys: ['operations'],
    async answer(mine, { operations }) {
      await mine.commit(operations as Operation[]);
      return {};
    },
  },
};

/**
 * The storage for plugins that ask by request(): `storage.get`, `.set`, `.delete`, `.list` and
 * `.commit`. Whose keys these are is known from the plugin that asks, and the tenant from the call
 * on whose behalf it does.
 */
export function storageRequests(storage: Storage): Readonly<Record<string, RequestHandler>> {
  return Object.fromEntries(
    Object.entries(METHODS).map(([method, { keys, answer }]) => [
      method,
      async (params: unknown, { plugin, context }: RequestInfo) => {
        try {
          return await answer(
            storage.of(plugin, context?.tenant),
            readParams(method, params, keys),
          );
        } catch (cause) {
          throw asStatus(AisopodError.from(cause));
        }
      },
    ]),
  );
}

function readParams(method: string, params: unknown, keys: readonly string[]): Params {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw invalid(`${method} needs an object with ${keys.join(', ')}.`);
  }
  const unknown = Object.keys(params).find((key) => !keys.includes(key));
  if (unknown === undefined) return params as Params;
  throw invalid(`${method} does not take ${show(unknown)}; it takes ${keys.join(', ')}.`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid(`The "${name}" is ${show(value)}; it must be text.`);
}

function asStatus(error: AisopodError): AisopodError {
  const { code, message, details } = error;
  return new AisopodError(STATUS[code] ?? 'FAIL', message, {
    details: { code, ...(details as object | undefined) },
    cause: error,
  });
}
