import { describe, expect, test } from 'vitest';
import { having, LOADERS } from './loaders.js';
import { loadSubject, serveSubject } from './subject-setup.js';

const failed = (code: string, text: string) => ({
  code,
  message: expect.stringContaining(text),
  details: { status: 'DENIED' },
});

describe.each(LOADERS)('the lifecycle of a plugin: $name', (loader) => {
  test('calls its functions in their order, each once', async () => {
    const { instance, marks } = await serveSubject(loader);
    expect(marks()).toEqual(['register', 'init']);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(marks()).toEqual(['register', 'init', 'for unload', 'shutdown', 'destroy']);
  });

  test('runs nothing of the plugin when it is loaded', async () => {
    const { instance, marks } = await loadSubject(loader);
    expect(marks()).toEqual([]);
    expect(instance.timings).toEqual({});
    expect(instance.inFlight).toBe(0);
  });

  test('gives what the plugin registers in its order, with tokens of their own', async () => {
    const { registrations } = await serveSubject(loader);
    const names = ['echo', 'echo-inline', 'context', 'config', 'fail', 'fail-inline', 'fill'];
    expect(registrations.map(({ name }) => name).slice(0, 7)).toEqual(names);
    expect(registrations.every(({ kind }) => kind === 'tool')).toBe(true);
    const tokens = registrations.map(({ token }) => token);
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(tokens.every(Number.isSafeInteger)).toBe(true);
  });

  test('measures how long its functions take', async () => {
    const { instance } = await serveSubject(loader);
    expect(instance.timings).toMatchObject({
      register: expect.any(Number),
      init: expect.any(Number),
    });
  });

  test('rejects register() with what the plugin says, and destroys the plugin at the end', async () => {
    const { instance, marks } = await loadSubject(loader, { config: { fail: 'register' } });
    const error = failed('REGISTER_FAILED', 'register fails on purpose');
    await expect(instance.register()).rejects.toMatchObject(error);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(marks()).toEqual(['register', 'destroy']);
  });

  test('rejects init() with what the plugin says, and does not call shutdown() of it', async () => {
    const { instance, marks } = await loadSubject(loader, { config: { fail: 'init' } });
    await instance.register();
    const error = failed('INIT_FAILED', 'init fails on purpose');
    await expect(instance.init()).rejects.toMatchObject(error);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(marks()).toEqual(['register', 'init', 'destroy']);
  });

  test('ends a plugin that never ran', async () => {
    const { instance, marks } = await loadSubject(loader);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(marks().filter((mark) => mark !== 'destroy')).toEqual([]);
  });
});

const OUT_OF_TURN = {
  register: { code: 'REGISTER_FAILED', message: expect.stringContaining('is out of turn') },
  init: { code: 'INIT_FAILED', message: expect.stringContaining('is out of turn') },
};

describe.each(LOADERS)('a lifecycle function out of turn: $name', (loader) => {
  test('is refused before register()', async () => {
    const { instance, marks } = await loadSubject(loader);
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
    expect(marks()).toEqual([]);
    await instance.register();
    await instance.init();
  });

  test('is refused the second time, and the plugin goes on', async () => {
    const { instance, marks, call } = await serveSubject(loader);
    await expect(instance.register()).rejects.toMatchObject(OUT_OF_TURN.register);
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
    expect(marks()).toEqual(['register', 'init']);
    expect(await call('echo', { a: 1 })).toEqual({ ok: true, json: '{"a":1}' });
  });

  test('is refused while the one before runs', async () => {
    const { instance, openGate, marks } = await loadSubject(loader, { config: { hang: 'init' } });
    const registered = instance.register();
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
    await registered;
    const initialised = instance.init();
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
    openGate();
    await initialised;
    expect(marks()).toEqual(['register', 'init', 'init returns']);
  });

  test('is refused after a failure', async () => {
    const { instance, marks } = await loadSubject(loader, { config: { fail: 'register' } });
    await expect(instance.register()).rejects.toThrow('on purpose');
    await expect(instance.register()).rejects.toMatchObject(OUT_OF_TURN.register);
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
    expect(marks()).toEqual(['register']);
  });

  test('is refused after shutdown()', async () => {
    const { instance } = await loadSubject(loader);
    await instance.shutdown(0, 'unload');
    await expect(instance.register()).rejects.toMatchObject(OUT_OF_TURN.register);
    await expect(instance.init()).rejects.toMatchObject(OUT_OF_TURN.init);
  });
});

describe.each(having('limits of lifecycle functions'))('init() that is late: $name', (loader) => {
  test('rejects with LIFECYCLE_TIMEOUT, and is undone when it returns', async () => {
    const setup = { config: { hang: 'init' }, limits: { initMs: 20 } } as const;
    const { instance, openGate, marked, marks } = await loadSubject(loader, setup);
    await instance.register();
    await expect(instance.init()).rejects.toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    openGate();
    await marked('shutdown');
    expect(marks().slice(0, 5)).toEqual([
      'register',
      'init',
      'init returns',
      'for undo',
      'shutdown',
    ]);
  });
});

describe.each(having('create'))('create() that fails: $name', (loader) => {
  test('rejects register() with CREATE_FAILED', async () => {
    const { instance, marks } = await loadSubject(loader, { config: { fail: 'create' } });
    const error = failed('CREATE_FAILED', 'create fails on purpose');
    await expect(instance.register()).rejects.toMatchObject(error);
    expect(await instance.shutdown(0, 'unload')).toBeNull();
    expect(marks()).toEqual([]);
  });
});

describe.each(having('refusals'))('a registration that is refused: $name', (loader) => {
  test('fails register(), whether or not the plugin looks', async () => {
    const { instance } = await loadSubject(loader, { config: { refused: true } });
    await expect(instance.register()).rejects.toMatchObject({
      code: 'REGISTER_FAILED',
      details: { refused: [expect.stringContaining('tool "broken": ')] },
    });
  });
});

describe.each(having('warnings'))(
  'a registration that the host does not serve: $name',
  (loader) => {
    test('is a warning, and the others count', async () => {
      const { instance } = await loadSubject(loader, { config: { unserved: true } });
      const registrations = await instance.register();
      expect(registrations.map(({ name }) => name)).not.toContain('greeting');
      expect(registrations.map(({ name }) => name)).toContain('echo');
      const details = { kind: 'server', name: 'greeting' };
      expect(instance.warnings).toMatchObject([{ code: 'UNSUPPORTED', details }]);
    });
  },
);

describe.each(having('single'))('a plugin that allows one instance: $name', (loader) => {
  test('is refused a second one until the first has ended', async () => {
    const { instance } = await loadSubject(loader, { single: true });
    const second = () => loadSubject(loader, { single: true });
    await expect(second()).rejects.toMatchObject({ code: 'INSTANCE_LIMIT' });
    await instance.shutdown(0, 'unload');
    expect((await second()).instance).toBeDefined();
  });
});
