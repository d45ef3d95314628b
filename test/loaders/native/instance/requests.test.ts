import { describe, expect, test } from 'vitest';
import { RequestFlag } from '../../../../src/abi/messages.js';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/config/index.js';
import type { RequestHandler } from '../../../../src/instance/index.js';
import { Requests } from '../../../../src/loaders/native/instance/requests.js';

const { STREAM } = RequestFlag;
const TOKEN = 7;

/** Requests to one handler, and the responses so far. */
function makeRequests(handler: RequestHandler, limits: Partial<Limits> = {}) {
  const responses: { status: number; json: string; more: boolean }[] = [];
  const requests = new Requests(
    { plugin: 'probe' },
    new Map([['method', handler]]),
    { ...DEFAULT_LIMITS, ...limits },
    (_token, status, json, _message, _details, more) => responses.push({ status, json, more }),
  );
  return {
    requests,
    responses,
    send: (flags: number) =>
      requests.answer(TOKEN, 'method', 'null', flags, Number.POSITIVE_INFINITY, undefined),
  };
}

/** Runs what can run without anything from outside. */
const quiet = () => new Promise(setImmediate);

/** Texts of so many characters without an end. */
const endless = (length: number) =>
  async function* () {
    for (;;) yield 'x'.repeat(length);
  };

describe('a stream of responses', () => {
  test('stops after 64 that the plugin has not read', async () => {
    const { requests, responses, send } = makeRequests(endless(1));
    void send(STREAM);
    await quiet();
    expect(responses).toHaveLength(64);
    expect(responses.every(({ status, more }) => status === 0 && more)).toBe(true);
    requests.ended(TOKEN);
  });

  test('goes on by one for each that the plugin reads', async () => {
    const { requests, responses, send } = makeRequests(endless(1));
    void send(STREAM);
    await quiet();
    for (let n = 1; n <= 3; n++) {
      requests.read(TOKEN);
      await quiet();
      expect(responses).toHaveLength(64 + n);
    }
    requests.ended(TOKEN);
  });

  test('stops after 1 MiB that the plugin has not read, counted in UTF-8', async () => {
    const { requests, responses, send } = makeRequests(async function* () {
      for (;;) yield 'ü'.repeat(128 * 1024 - 1);
    });
    void send(STREAM);
    await quiet();
    expect(responses).toHaveLength(4);
    requests.read(TOKEN);
    await quiet();
    expect(responses).toHaveLength(5);
    requests.ended(TOKEN);
  });

  test('sends one that is larger than all that may be unread', async () => {
    const { requests, responses, send } = makeRequests(endless(100), { chunkBytesUnread: 10 });
    void send(STREAM);
    await quiet();
    expect(responses).toHaveLength(1);
    requests.ended(TOKEN);
  });

  test('has no bound when the plugin reads no partial responses, which are not sent', async () => {
    const { responses, send } = makeRequests(async function* () {
      for (let n = 0; n < 1000; n++) yield n;
      return 'end';
    });
    await send(0);
    expect(responses).toEqual([{ status: 0, json: '"end"', more: false }]);
  });

  test('ends its generator when the plugin no longer waits', async () => {
    let ended = false;
    const { requests, responses, send } = makeRequests(async function* () {
      try {
        for (;;) yield 1;
      } finally {
        ended = true;
      }
    });
    const answered = send(STREAM);
    await quiet();
    requests.ended(TOKEN);
    await answered;
    expect({ ended, partial: responses.filter(({ more }) => more).length }).toEqual({
      ended: true,
      partial: 64,
    });
  });
});
