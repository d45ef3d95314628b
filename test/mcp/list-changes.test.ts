import { expect, test } from 'vitest';
import { HostEventEmitter } from '../../src/host/host-event-emitter.js';
import { ListChanges } from '../../src/mcp/list-changes.js';

/** Resolves when all that was set off has happened. */
const settled = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

function make() {
  const events = new HostEventEmitter();
  let list = 'one';
  let looks = 0;
  const changes = new ListChanges(events, async () => {
    looks += 1;
    return list;
  });
  return {
    events,
    changes,
    looks: () => looks,
    set: (now: string) => {
      list = now;
      events.emit('registryChanged');
    },
  };
}

test('changes of one turn are reported once', async () => {
  const { changes, set } = make();
  let reports = 0;
  changes.listen(() => reports++);
  set('two');
  set('three');
  set('four');
  await settled();
  expect(reports).toBe(1);
  set('five');
  await settled();
  expect(reports).toBe(2);
});

test('a change that leaves the list as it was is not reported', async () => {
  const { changes, set } = make();
  let reports = 0;
  changes.listen(() => reports++);
  set('two');
  set('one');
  await settled();
  expect(reports).toBe(0);
});

test('a change during the comparison is not lost', async () => {
  const { changes, set } = make();
  const reports: string[] = [];
  changes.listen(() => {
    reports.push('report');
    if (reports.length === 1) set('three');
  });
  set('two');
  await settled();
  expect(reports).toHaveLength(2);
});

test('nothing is looked at when nothing listens, and a later listener knows the list of its time', async () => {
  const { events, changes, looks, set } = make();
  changes.listen(() => {})();
  expect(events.listenerCount('registryChanged')).toBe(0);
  const before = looks();
  set('two');
  await settled();
  expect(looks()).toBe(before);
  let reports = 0;
  changes.listen(() => reports++);
  set('two');
  await settled();
  expect(reports).toBe(0);
});

test('a listener that ends does not end the others', async () => {
  const { changes, set } = make();
  let reports = 0;
  const end = changes.listen(() => {});
  changes.listen(() => reports++);
  end();
  end();
  set('two');
  await settled();
  expect(reports).toBe(1);
});
