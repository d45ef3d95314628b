import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { InvokeOptions, SavedState } from '../../../src/instance/index.js';
import { tokenOf } from '../native/load-native.js';
import type { ContractLoader, SubjectSetup } from './loaders.js';

/** Loads the subject; nothing of it has run. Its gate opens, and it ends, when the test is over. */
export async function loadSubject(loader: ContractLoader, setup: SubjectSetup = {}) {
  const loaded = await loader.load(setup);
  const { dataDir, instance, next } = loaded;
  const openGate = () => writeFileSync(join(dataDir, 'gate'), '');
  const marks = () => {
    const file = join(dataDir, 'marks');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  };
  onTestFinished(async () => {
    openGate();
    await instance.shutdown(0, 'close');
  });
  return {
    ...loaded,
    openGate,
    /** What its lifecycle functions have noted, in order. */
    marks,
    /** Resolves when it has noted that. */
    marked: (line: string) =>
      vi.waitFor(
        () => {
          if (!marks().includes(line)) throw new Error(`${line} is not among ${marks()}`);
        },
        { timeout: 20_000, interval: 2 },
      ),
    /** The next report of a tool or an event handler of the subject, without what came before. */
    async report(topic: string): Promise<Record<string, unknown>> {
      const [, , json] = await next(([what, of]) => what === 'publication' && of === topic);
      return JSON.parse(json as string);
    },
  };
}

/** The same, registered and initialised, with calls by name. @param state which it is given to restore */
export async function serveSubject(
  loader: ContractLoader,
  setup: SubjectSetup = {},
  state?: SavedState,
) {
  const loaded = await loadSubject(loader, setup);
  const { instance } = loaded;
  const registrations = await instance.register();
  if (state !== undefined) await instance.restoreState?.(state);
  await instance.init();
  const token = (name: string) => tokenOf(registrations, name);
  return {
    ...loaded,
    registrations,
    token,
    /** Calls a tool; what invoke() throws comes as a rejection too. */
    call: async (name: string, params: unknown = {}, options: Partial<InvokeOptions> = {}) =>
      instance.invoke(token(name), 'invoke', JSON.stringify(params), {
        timeoutMs: 30_000,
        ...options,
      }),
  };
}
