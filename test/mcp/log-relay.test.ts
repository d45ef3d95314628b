import { expect, test } from 'vitest';
import { LogRelay, type RelayedLine } from '../../src/mcp/log-relay.js';

const own = { logger: 'aisopod.plugins.calc', plugin: 'calc', from: 'plugin' };

function listening(relay: LogRelay) {
  const lines: RelayedLine[] = [];
  const listener = (line: RelayedLine) => void lines.push(line);
  return { lines, listener, relay };
}

test('a line of a call goes to the listener of that call alone', () => {
  const relay = new LogRelay();
  const first = listening(relay);
  const second = listening(relay);
  const all = listening(relay);
  relay.follow('a', first.listener);
  relay.follow('b', second.listener);
  relay.listen(all.listener);
  relay.warn({ ...own, traceId: 'a', call: 7, session: 's' }, 'text');
  relay.warn({ ...own, traceId: 'c' }, 'of a call that is not from here');
  expect(first.lines).toEqual([{ level: 'warning', logger: 'calc', data: 'text' }]);
  expect(second.lines).toEqual([]);
  expect(all.lines).toEqual([]);
});

test('a line of no call goes to all listeners, with its fields', () => {
  const relay = new LogRelay();
  const [one, two] = [listening(relay), listening(relay)];
  relay.listen(one.listener);
  const end = relay.listen(two.listener);
  relay.trace({ ...own, size: 3n, deep: { a: 1 } }, 'cannot be written');
  relay.error({ ...own, size: 3, skipped: undefined }, 'failed');
  end();
  relay.info(own, 'later');
  expect(two.lines).toEqual([
    { level: 'debug', logger: 'calc', data: 'cannot be written' },
    { level: 'error', logger: 'calc', data: { size: 3, message: 'failed' } },
  ]);
  expect(one.lines).toHaveLength(3);
});

test('what the host says of itself is not relayed', () => {
  const relay = new LogRelay();
  const { lines, listener } = listening(relay);
  relay.listen(listener);
  relay.warn({ code: 'WATCH_FAILED', plugin: 'calc' }, 'a path of this machine');
  relay.warn({}, 'another');
  expect(lines).toEqual([]);
});
