import { describe, expect, test } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import type { RequestHandler, RequestInfo } from '../../../src/instance/index.js';
import { having } from './loaders.js';
import { serveSubject } from './subject-setup.js';

describe.each(having('requests'))('a request of a plugin: $name', (loader) => {
  const serve = (handler: RequestHandler) =>
    serveSubject(loader, { requests: new Map([['double', handler]]) });

  test('gets what the handler returns', async () => {
    const { call } = await serve((n) => (n as number) * 2);
    const answer = await call('request', { method: 'double', params: 21 });
    expect(answer).toEqual({ ok: true, json: '42' });
  });

  test('carries the plugin, and the context of the call that it is sent for', async () => {
    const seen: Pick<RequestInfo, 'plugin' | 'context'>[] = [];
    const { call } = await serve((_, { plugin, context }) => void seen.push({ plugin, context }));
    const context = { user: 'ada', permissions: ['storage'] };
    await call('request', { method: 'double' }, { context });
    expect(seen).toEqual([{ plugin: 'probe', context }]);
  });

  test('gets the status of an error', async () => {
    const { call } = await serve(() => {
      throw new AisopodError('DENIED', 'not you');
    });
    const answer = await call('request', { method: 'double' });
    expect(answer).toMatchObject({ ok: false, code: 'DENIED' });
  });

  test('that the host does not answer is UNSUPPORTED', async () => {
    const { call } = await serve(() => null);
    const answer = await call('request', { method: 'halve' });
    expect(answer).toMatchObject({ ok: false, code: 'UNSUPPORTED' });
  });
});
