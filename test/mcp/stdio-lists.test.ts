import { chmodSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cliInProcess, homeWith, pluginsOf } from '../cli/run-cli.js';
import { builtPlugin } from '../support/built.js';
import { withBuild } from '../support/run-built.js';
import { connectStdio, ERAS } from './stdio-client.js';

withBuild();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe.each(Object.entries(ERAS))('a client %s', (_, versionNegotiation) => {
  /** A client that follows the list of tools, and a function that waits for the next list. */
  async function follow(home: string) {
    const lists: string[][] = [];
    let arrived = () => {};
    const { client } = await connectStdio({
      home,
      versionNegotiation,
      listChanged: {
        tools: {
          debounceMs: 0,
          onChanged: (error, tools) => {
            lists.push(error === null ? (tools ?? []).map(({ name }) => name) : [error.message]);
            arrived();
          },
        },
      },
    });
    closing.push(() => client.close());
    const next = () =>
      new Promise<string[]>((resolve) => {
        arrived = () => resolve(lists.at(-1) ?? []);
      });
    return { client, lists, next };
  }

  test('is notified when a plugin is disabled, and when it is enabled again', async () => {
    const home = homeWith('calculator', 'wordcount', 'ticker');
    const { next } = await follow(home);
    const without = next();
    await cliInProcess(['plugins', 'disable', 'calculator'], { home });
    expect(await without).toEqual(['tick', 'slow']);
    const withIt = next();
    await cliInProcess(['plugins', 'enable', 'calculator'], { home });
    expect(await withIt).toEqual(['calculate', 'tick', 'slow']);
  });

  test('is notified once of a plugin that is dropped in, and can call its tools', async () => {
    const home = homeWith('calculator');
    const { client, lists, next } = await follow(home);
    const dropped = next();
    const folder = join(pluginsOf(home), 'ticker');
    cpSync(builtPlugin('ticker'), folder, { recursive: true });
    chmodSync(folder, 0o755);
    expect(await dropped).toEqual(['calculate', 'tick', 'slow']);
    const { structuredContent } = await client.callTool({ name: 'slow', arguments: { ms: 0 } });
    expect(structuredContent).toEqual({ slept_ms: 0 });
    expect(lists).toHaveLength(1);
  });

  test('is not notified when a plugin wakes at its first call', async () => {
    const home = homeWith('calculator', 'ticker');
    await cliInProcess(['plugins', 'list'], { home });
    const { client, lists } = await follow(home);
    await client.callTool({ name: 'calculate', arguments: { expression: '1' } });
    await client.callTool({ name: 'slow', arguments: { ms: 0 } });
    // A call to a tool that is not there comes after whatever the calls have set off.
    await client.callTool({ name: 'none' }).catch(() => {});
    expect(lists).toEqual([]);
  });
});
