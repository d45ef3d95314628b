import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homeWith } from '../cli/run-cli.js';
import { withBuild } from '../support/run-built.js';
import { connectStdio, ERAS } from './stdio-client.js';

withBuild();

const home = homeWith('calculator', 'ticker');

describe.each(Object.entries(ERAS))('a client %s', (_, versionNegotiation) => {
  let connected: Awaited<ReturnType<typeof connectStdio>>;
  beforeAll(async () => {
    connected = await connectStdio({ home, versionNegotiation });
  });
  afterAll(() => connected.client.close());

  test('lists the tools with names, schemas and hints', async () => {
    const { client, errors } = connected;
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['calculate', 'tick', 'slow']);
    expect(tools[1]).toEqual({
      name: 'tick',
      description: 'Tick a number of times, streaming each tick',
      inputSchema: expect.objectContaining({ type: 'object', required: ['count'] }),
      outputSchema: {
        type: 'object',
        properties: { ticks: { type: 'integer' } },
        required: ['ticks'],
      },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
    });
    expect(errors).toEqual([]);
  });

  test('receives the text of a reply and its structured content', async () => {
    const { client } = connected;
    await client.listTools();
    expect(await client.callTool({ name: 'slow', arguments: { ms: 0 } })).toMatchObject({
      content: [{ type: 'text', text: '{"slept_ms":0}' }],
      structuredContent: { slept_ms: 0 },
    });
  });

  test('receives the error of a tool as a result', async () => {
    const { client } = connected;
    const result = await client.callTool({
      name: 'calculate',
      arguments: { expression: '2 + )' },
    });
    expect(result).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: "unexpected ')' at position 5" }],
      _meta: { 'aisopod/error': { code: 'INVALID', details: { position: 5 } } },
    });
  });

  test('receives what is wrong with arguments as a result that a model can act on', async () => {
    const { client } = connected;
    const result = await client.callTool({ name: 'calculate', arguments: { expresion: '1' } });
    expect(result.isError).toBe(true);
    expect(result.content).toEqual([
      {
        type: 'text',
        text:
          'The arguments of calculator:calculate do not match its parameters:\n' +
          '  arguments: "expression" is missing\n  arguments: "expresion" is not known',
      },
    ]);
  });

  test('receives a protocol error for a tool that is not there', async () => {
    const { client } = connected;
    await expect(client.callTool({ name: 'calculat' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(
        'There is no tool named "calculat". Did you mean "calculate"?',
      ),
    });
  });

  test('receives progress that only grows, as parts of 1', async () => {
    const { client } = connected;
    const seen: { progress: number; total?: number | undefined }[] = [];
    const enough = new AbortController();
    const call = client.callTool(
      { name: 'slow', arguments: { ms: 600_000 } },
      {
        signal: enough.signal,
        onprogress: (progress) => {
          if (seen.push(progress) === 3) enough.abort('enough');
        },
      },
    );
    await expect(call).rejects.toThrow(/enough/);
    expect(seen.every(({ total }) => total === 1)).toBe(true);
    const numbers = seen.map(({ progress }) => progress);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  test('makes 64 calls at once and receives each its own answer', async () => {
    const { client } = connected;
    const sums = await Promise.all(
      Array.from({ length: 64 }, async (_, n) => {
        const { content } = await client.callTool({
          name: 'calculate',
          arguments: { expression: `${n} * 1000` },
        });
        return content;
      }),
    );
    expect(sums).toEqual(
      Array.from({ length: 64 }, (_, n) => [{ type: 'text', text: String(n * 1000) }]),
    );
  });

  test('cancels a call, and the tool is free for the next one', async () => {
    const { client } = connected;
    const cancel = new AbortController();
    const call = client.callTool(
      { name: 'slow', arguments: { ms: 600_000 } },
      { signal: cancel.signal, onprogress: () => cancel.abort('enough') },
    );
    await expect(call).rejects.toThrow(/enough/);
    const next = await client.callTool({ name: 'slow', arguments: { ms: 1 } });
    expect(next.structuredContent).toEqual({ slept_ms: 1 });
  });
});
