import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Redactor } from '../../../src/config/index.js';
import { RedactingInstance } from '../../../src/host/lifecycle/redacting-instance.js';
import type { SavedState } from '../../../src/instance/index.js';
import { FakeInstance, type FakeScript } from '../../support/fake-instance.js';

const SECRET = 'hunter2-token';

function redacting(script: FakeScript): RedactingInstance {
  const redactor = new Redactor();
  redactor.add([SECRET]);
  return new RedactingInstance(new FakeInstance(script), redactor);
}

const fails = () => {
  throw new Error(`no luck with ${SECRET}`);
};

test('an instance with secrets passes its state on as it is', async () => {
  const bytes = Buffer.from(`key=${SECRET}`);
  const saving = redacting({ save: () => bytes });
  await saving.register();
  await saving.init();
  const state = (await saving.saveState?.()) as SavedState;
  expect(state.bytes).toBe(bytes);
  const restored: SavedState[] = [];
  const restoring = redacting({ restore: (given) => restored.push(given) });
  await restoring.register();
  await restoring.restoreState?.(state);
  expect(restored).toEqual([state]);
});

test('an instance shows no secret in why its state is not saved or restored', async () => {
  const instance = redacting({ save: fails, restore: fails });
  await instance.register();
  const state = { bytes: Buffer.of(), format: 0, version: '1.0.0', build: '' };
  const restore = await instance.restoreState?.(state).catch((error: unknown) => error);
  expect(restore).toMatchObject({ code: 'RESTORE_FAILED' });
  const other = redacting({ save: fails });
  await other.register();
  await other.init();
  const save = await other.saveState?.().catch((error: unknown) => error);
  expect(save).toMatchObject({ code: 'SAVE_FAILED' });
  expect(inspect([save, restore], { depth: 20 })).not.toContain(SECRET);
});

test('an instance has pause() and resume() if the one behind it has them', () => {
  const inner = new FakeInstance();
  expect(new RedactingInstance(inner, new Redactor()).pause).toBeUndefined();
  const calls: string[] = [];
  const more = Object.assign(inner, {
    pause: async (limitMs: number) => void calls.push(`pause ${limitMs}`),
    resume: () => void calls.push('resume'),
  });
  const wrapped = new RedactingInstance(more, new Redactor());
  void wrapped.pause?.(5);
  wrapped.resume?.();
  expect(calls).toEqual(['pause 5', 'resume']);
});
