import { createTestApp, recordRegistrations } from 'aisopod/testing';
import { expect, test } from 'vitest';
import { Cities } from './cities.js';

test('two tools are registered', () => {
  const { registrations, warnings } = recordRegistrations(new Cities());
  expect(registrations.map(({ fullName }) => fullName)).toEqual(['cities:add', 'cities:list']);
  expect(warnings).toEqual([]);
});

test('cities are remembered, villages are not', async () => {
  const app = await createTestApp({ config: { cities: { least: 500 } } });
  try {
    await app.loadPlugin(new Cities());
    const added = new Promise((resolve) => app.eventBus.subscribe('cities.added', resolve));
    const turin = { name: 'Turin', people: 850_000 };
    const context = { user: 'ada', role: 'owner' };
    expect(await app.callTool('add', turin, { context })).toMatchObject({ success: true });
    expect(await app.callTool('add', { name: 'Zermatt', people: 5 })).toMatchObject({
      success: false,
      error: { code: 'INVALID', message: 'A city has 500 people' },
    });

    const found: unknown[] = [];
    const { data } = await app.callTool('list', {}, { onChunk: (city) => found.push(city) });
    expect({ data, found }).toEqual({ data: 1, found: [turin] });

    const about = { user: 'ada', traceId: expect.any(String) }; // and no role
    expect(await added).toMatchObject({ source: 'cities', data: turin, context: about });
    expect(app.logs).toMatchObject([
      { level: 'info', message: 'Turin is remembered', data: { people: 850_000, ...about } },
    ]);
  } finally {
    await app.close();
  }
});
