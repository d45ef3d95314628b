import { describe, expect, test } from 'vitest';
import type { AisopodError } from '../../../src/base/errors/index.js';
import { having } from './loaders.js';
import { loadSubject, serveSubject } from './subject-setup.js';

const inForce = async (call: Awaited<ReturnType<typeof serveSubject>>['call']) =>
  JSON.parse(((await call('config')) as { json: string }).json);

describe.each(having('configure'))('configure(): $name', (loader) => {
  test('puts what the plugin agrees to in force', async () => {
    const { instance, call, marks } = await serveSubject(loader);
    await instance.configure?.('{"n":2}');
    expect(await inForce(call)).toEqual({ n: 2 });
    expect(marks()).toEqual(['register', 'init', 'configure']);
  });

  test('rejects with what the plugin says, and keeps the one before', async () => {
    const { instance, call } = await serveSubject(loader);
    await instance.configure?.('{"n":2}');
    await expect(instance.configure?.('{"n":3,"fail":"configure"}')).rejects.toMatchObject({
      code: 'CONFIG_REFUSED',
      message: expect.stringContaining('configure fails on purpose'),
      details: { status: 'DENIED' },
    });
    expect(await inForce(call)).toEqual({ n: 2 });
  });

  test('that is late keeps the one before until the plugin agrees, and reports that', async () => {
    const { instance, call, openGate } = await serveSubject(loader, {
      limits: { configureMs: 20 },
    });
    let settle: (refusal: AisopodError | null) => void = () => {};
    const late = new Promise<AisopodError | null>((resolve) => {
      settle = resolve;
    });
    const proposal = instance.configure?.('{"n":2,"hang":"configure"}', settle);
    await expect(proposal).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    expect(await inForce(call)).toEqual({});
    openGate();
    expect(await late).toBeNull();
    expect(await inForce(call)).toEqual({ n: 2, hang: 'configure' });
  });

  test('that is late and refused reports why', async () => {
    const { instance, call, openGate } = await serveSubject(loader, {
      limits: { configureMs: 20 },
    });
    const late = new Promise<AisopodError | null>((resolve) => {
      const proposal = instance.configure?.('{"hang":"configure","fail":"configure"}', resolve);
      void expect(proposal).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' }).then(openGate);
    });
    expect(await late).toMatchObject({ code: 'CONFIG_REFUSED' });
    expect(await inForce(call)).toEqual({});
  });

  test('takes proposals in the order in which they come', async () => {
    const { instance, call } = await serveSubject(loader);
    await Promise.all([1, 2, 3].map((n) => instance.configure?.(`{"n":${n}}`)));
    expect(await inForce(call)).toEqual({ n: 3 });
  });

  test('is refused before init() and after shutdown()', async () => {
    const { instance } = await loadSubject(loader);
    const refused = { code: 'PLUGIN_NOT_ACTIVE' };
    await expect(instance.configure?.('{}')).rejects.toMatchObject(refused);
    await instance.register();
    await instance.init();
    await instance.shutdown(0, 'unload');
    await expect(instance.configure?.('{}')).rejects.toMatchObject(refused);
  });
});
