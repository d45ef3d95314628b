import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openSample } from './open-sample.js';

const FOLDER = fileURLToPath(new URL('../../plugins-c', import.meta.url));
const SAMPLES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => name);

describe.each(SAMPLES)('the sample %s', (id) => {
  const sample = openSample(id);

  test('is reloaded twice, and provides the same as before', async () => {
    const { plugins, registry } = sample.host;
    const provided = () =>
      registry.snapshot.entriesOf(id).map(({ kind, name, spec }) => ({ kind, name, spec }));
    const before = provided();
    expect(before.length).toBeGreaterThan(0);
    for (const _ of [1, 2]) await plugins.reload(id);
    expect(provided()).toEqual(before);
    expect(plugins.get(id)).toMatchObject({ state: 'active', library: { earlier: { copies: 2 } } });
  });
});
