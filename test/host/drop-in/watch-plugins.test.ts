import {
  type FSWatcher,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WatchedPlugins, WatchPlugins } from '../../../src/host/drop-in/watch-plugins.js';
import { newFolder } from '../open-host.js';

/** Watches a folder of plugins; what changes is taken at once. */
function watched(path: string, options: Partial<WatchedPlugins> = {}) {
  const errors: { readonly code: string; readonly message: string }[] = [];
  let [changes, missed] = [0, 0];
  let wake = () => {};
  const plugins = new WatchPlugins({
    places: () => [{ path, origin: 'home', single: false }],
    scannedAt: Number.POSITIVE_INFINITY,
    onError: (error) => errors.push(error),
    onMissed: () => {
      missed += 1;
      wake();
    },
    onChange: async () => {
      plugins.look();
      plugins.units.take();
      changes += 1;
      wake();
    },
    ...options,
  });
  onTestFinished(() => plugins.close());
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const nextChange = async () => {
    const seen = changes;
    await until(() => changes > seen);
  };
  return { errors, nextChange, until, missed: () => missed };
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: no space left on device, watch`), { code });
}

describe('without a watch', () => {
  test('folders are looked at in intervals, which is said once', async () => {
    const path = newFolder();
    const { errors, nextChange } = watched(path, {
      watch: () => {
        throw systemError('ENOSPC');
      },
    });
    mkdirSync(join(path, 'one'));
    await nextChange();
    mkdirSync(join(path, 'two'));
    await nextChange();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: 'WATCH_FAILED',
      message: expect.stringMatching(
        /^Changes of plugins .*inotify.* looks .* every 2 seconds instead\.$/,
      ),
    });
  });

  test('only for folders that come later, the others are watched, and all are looked at', async () => {
    const path = newFolder();
    let left = 20;
    const { errors, nextChange } = watched(path, {
      watch: (folder, options) => {
        if (left-- <= 0) throw systemError('ENOSPC');
        return watch(folder, options);
      },
    });
    for (let i = 0; i < 30; i++) mkdirSync(join(path, `p${i}`));
    await nextChange();
    writeFileSync(join(path, 'p29', 'aisopod.plugin.toml'), '');
    await nextChange();
    expect(errors).toHaveLength(1);
  });
});

describe('a change that the system does not report', () => {
  test('is found by a look, and said once', async () => {
    const path = newFolder();
    const silent = newFolder();
    const { nextChange, until, missed } = watched(path, {
      watch: (_, options): FSWatcher => watch(silent, options),
      checkMs: 100,
    });
    mkdirSync(join(path, 'one'));
    await nextChange();
    await until(() => missed() === 1);
    mkdirSync(join(path, 'two'));
    await nextChange();
    expect(missed()).toBe(1);
  });

  test('since the queue of inotify is full is found all the same', async () => {
    const path = newFolder();
    mkdirSync(join(path, 'one'));
    const { nextChange } = watched(path);
    // The event loop stands still, so nothing empties the queue.
    for (let i = 0; i < 20_000; i++) {
      writeFileSync(join(path, 'one', i % 2 === 0 ? 'even' : 'odd'), '');
    }
    mkdirSync(join(path, 'two'));
    writeFileSync(join(path, 'two', 'aisopod.plugin.toml'), '');
    await nextChange();
    writeFileSync(join(path, 'two', 'plugin.so'), '');
    await nextChange();
  });
});

describe('what is noticed', () => {
  test('is a search directory that comes, goes and comes again', async () => {
    const path = join(newFolder(), 'a', 'b');
    const { nextChange, errors } = watched(path);
    for (let i = 0; i < 2; i++) {
      mkdirSync(join(path, 'one'), { recursive: true });
      await nextChange();
      rmSync(path, { recursive: true });
      await nextChange();
    }
    expect(errors).toEqual([]);
  });

  test('is a folder behind a link that is led elsewhere', async () => {
    const [path, elsewhere] = [newFolder(), newFolder()];
    for (const each of ['a', 'b']) {
      mkdirSync(join(elsewhere, each));
      writeFileSync(join(elsewhere, each, 'aisopod.plugin.toml'), each);
    }
    symlinkSync(join(elsewhere, 'a'), join(elsewhere, 'current'));
    symlinkSync(join(elsewhere, 'current'), join(path, 'one'));
    const { nextChange } = watched(path);
    symlinkSync(join(elsewhere, 'b'), join(elsewhere, 'next'));
    const change = nextChange();
    renameSync(join(elsewhere, 'next'), join(elsewhere, 'current'));
    await change;
    const write = nextChange();
    writeFileSync(join(elsewhere, 'b', 'aisopod.plugin.toml'), 'other');
    await write;
  });

  test('is a library in a folder of a version that comes later', async () => {
    const path = newFolder();
    mkdirSync(join(path, 'one'));
    const { nextChange } = watched(path);
    const change = nextChange();
    mkdirSync(join(path, 'one', '1.0.0', 'lib'), { recursive: true });
    await change;
    const write = nextChange();
    writeFileSync(join(path, 'one', '1.0.0', 'lib', 'x.so'), '');
    await write;
  });
});
