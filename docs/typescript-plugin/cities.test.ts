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
    const turin = { name: 'Turin', people: 850_000 };
    expect(await app.callTool('add', turin)).toMatchObject({ success: true });
    expect(await app.callTool('add', { name: 'Zermatt', people: 5 })).toMatchObject({
      success: false,
      error: { code: 'INVALID', message: 'A city has 500 people' },
    });

    const found: unknown[] = [];
    const { data } = await app.callTool('list', {}, { onChunk: (city) => found.push(city) });
    expect({ data, found }).toEqual({ data: 1, found: [turin] });
    expect(app.logs).toMatchObject([{ level: 'info', message: 'Turin is remembered' }]);
  } finally {
    await app.close();
  }
});
