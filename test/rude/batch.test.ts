import { describe, expect, test } from 'vitest';
import { EXISTS, INVALID, OK, STATE, THREAD, TOO_LARGE, visit } from './exhibit.js';

const spec = (parameters: unknown) => JSON.stringify({ description: 'Broken', parameters });

/** Opens a host in which the batch of `rude` has a fault; what add() answered, and what came of it. */
async function open(config: object) {
  const museum = await visit('batch.c', { config });
  const { host, lines, info } = museum;
  const added = lines.find(({ plugin, text }) => plugin === 'rude' && text.startsWith('add '));
  return { ...museum, added: added?.text, plugin: info(), registered: host.tools.get('rude:here') };
}

describe('a batch in which one registration', () => {
  test.each([
    ['has a name twice', { name: 'here' }, EXISTS],
    ['has a name twice, in another case', { name: 'HERE' }, EXISTS],
    ['has no name', { name: '' }, INVALID],
    ['has a name with a blank', { name: 'a b' }, INVALID],
    ['has a path for a name', { name: '../x' }, INVALID],
    ['has a name that only looks Latin', { name: 'hеlp' }, INVALID],
    ['has a name of 65 characters', { name: 'a'.repeat(65) }, INVALID],
    ['has a colon in its name', { name: 'other:tool' }, INVALID],
    ['has NULL for a name', { fault: 'null name' }, INVALID],
    ['has a schema that is no JSON', { name: 'x', spec: '{"parameters":' }, INVALID],
  ])('%s is refused as a whole', async (_, config, status) => {
    const { added, plugin, registered } = await open({ fault: 'add', ...config });
    expect(added).toBe(`add ${status}`);
    expect(plugin).toMatchObject({ state: 'failed_register', error: { code: 'REGISTER_FAILED' } });
    expect(registered).toBeUndefined();
  });

  test.each([
    ['is of a type that there is not', spec({ type: 'thing' })],
    ['points outside', spec({ type: 'object', properties: { a: { $ref: 'http://x/y' } } })],
    ['points nowhere', spec({ type: 'object', properties: { a: { $ref: '#/$defs/no' } } })],
    ['has a broken pattern', spec({ type: 'object', properties: { a: { pattern: '(' } } })],
    ['is no object', spec(42)],
  ])('has a schema that %s is left out when it is judged', async (_, text) => {
    const { host, added, plugin } = await open({ fault: 'add', name: 'x', spec: text });
    expect(added).toBe(`add ${OK}`);
    expect(plugin).toMatchObject({
      state: 'active',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'SCHEMA_INVALID' })]),
    });
    expect(host.tools.get('rude:x')).toBeUndefined();
    expect(host.tools.get('rude:here')).toBeDefined();
  });

  test('is one of ten thousand is TOO_LARGE, and none of them is registered', async () => {
    const { host, added, plugin } = await open({ fault: 'many' });
    expect(added).toBe(`add ${TOO_LARGE}`);
    expect(plugin).toMatchObject({
      state: 'failed_register',
      error: { code: 'REGISTER_FAILED' },
      reason: expect.stringContaining('more than 1000 registrations'),
    });
    expect(plugin?.reason?.length).toBeLessThan(2000);
    expect(plugin?.reason).toMatch(/; and \d+ more$/);
    expect(host.tools.list().map(({ name }) => name)).toEqual(['ping', 'about']);
  });
});

describe('the builder', () => {
  test('kept and used later answers STATE, on every thread, and adds nothing', async () => {
    const { host, call, plugin } = await open({});
    expect(plugin?.state).toBe('active');
    expect(await call('late')).toMatchObject({ data: [STATE, STATE] });
    expect(host.plugins.get('rude')?.tools).toEqual(['here', 'late']);
  });

  test('used by another thread during on_register() answers THREAD, and adds nothing', async () => {
    const { added, host } = await open({ fault: 'beside' });
    expect(added).toBe(`add ${THREAD}`);
    expect(host.plugins.get('rude')).toMatchObject({ state: 'active', tools: ['here', 'late'] });
  });

  test('used in destroy() does not disturb the end', async () => {
    const { host, plugin } = await open({});
    expect(plugin?.state).toBe('active');
    await host.close();
    expect(host.plugins.get('rude')?.state).toBe('unloaded');
  });
});
