import { describe, expect, test } from 'vitest';
import type { ToolDialect } from '../../../../src/index.js';
import { TABLES } from '../../../../src/kinds/tools/dialects/index.js';
import { toolNames } from '../../../../src/kinds/tools/dialects/tool-names.js';
import { ok } from '../../../support/fake-instance.js';
import { makeTools } from '../make-tools.js';

const parameters = {
  properties: {
    city: { type: 'string', minLength: 1, description: 'Name of the city' },
    days: { type: 'integer', minimum: 1, maximum: 14, default: 3 },
    unit: { enum: ['c', 'f', null] },
    'max-results': { type: 'number' },
  },
  required: ['city'],
  additionalProperties: false,
};

function weather() {
  return makeTools({
    weather: {
      tools: {
        forecast: {
          spec: { description: 'Says the weather', parameters, hints: { readOnly: true } },
          handler: ({ params }) => ok(JSON.parse(params)),
        },
        'no-arguments': {},
      },
    },
  }).tools;
}

async function definitionOf(dialect: ToolDialect, tool = 'forecast') {
  const { tools } = await weather().definitions({ dialect, tools: [tool] });
  expect(tools).toHaveLength(1);
  return tools[0]?.definition;
}

describe('definitions()', () => {
  test('makes function tools of OpenAI', async () => {
    expect(await definitionOf('openai')).toEqual({
      type: 'function',
      function: {
        name: 'forecast',
        description: 'Says the weather',
        parameters: { type: 'object', ...parameters },
        strict: false,
      },
    });
  });

  test('makes optional properties nullable for structured outputs of OpenAI', async () => {
    expect(await definitionOf('openai-strict')).toEqual({
      type: 'function',
      function: {
        name: 'forecast',
        description: 'Says the weather',
        parameters: {
          type: 'object',
          properties: {
            city: { type: 'string', description: 'Name of the city (minLength: 1)' },
            days: {
              type: ['integer', 'null'],
              description: '(default: 3)',
              minimum: 1,
              maximum: 14,
            },
            unit: { type: ['string', 'null'], enum: ['c', 'f', null] },
            'max-results': { type: ['number', 'null'] },
          },
          required: ['city', 'days', 'unit', 'max-results'],
          additionalProperties: false,
        },
        strict: true,
      },
    });
  });

  test('makes function declarations of Gemini, with names that it accepts', async () => {
    expect(await definitionOf('gemini')).toEqual({
      name: 'forecast',
      description: 'Says the weather',
      parameters: {
        type: 'OBJECT',
        properties: {
          city: { type: 'STRING', description: 'Name of the city', minLength: 1 },
          days: { type: 'INTEGER', description: '(default: 3)', minimum: 1, maximum: 14 },
          unit: { type: 'STRING', enum: ['c', 'f'], nullable: true },
          max_results_12d65eae: { type: 'NUMBER' },
        },
        required: ['city'],
      },
    });
  });

  test('makes client tools of Anthropic', async () => {
    expect(await definitionOf('anthropic')).toEqual({
      name: 'forecast',
      description: 'Says the weather',
      input_schema: { type: 'object', ...parameters },
    });
  });

  test('makes tools of MCP with the hints as annotations', async () => {
    expect(await definitionOf('mcp')).toEqual({
      name: 'forecast',
      description: 'Says the weather',
      inputSchema: { type: 'object', ...parameters },
      annotations: { readOnlyHint: true },
    });
  });

  test.each<[ToolDialect, object]>([
    ['openai', { function: { parameters: { type: 'object', properties: {} } } }],
    ['anthropic', { input_schema: { type: 'object' } }],
    ['mcp', { inputSchema: { type: 'object' } }],
    [
      'openai-strict',
      {
        function: {
          parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
        },
      },
    ],
  ])('defines a tool without parameters for %s', async (dialect, expected) => {
    expect(await definitionOf(dialect, 'no-arguments')).toMatchObject(expected);
  });

  test('leaves out the empty parameters of a tool for Gemini', async () => {
    const definition = await definitionOf('gemini', 'no-arguments');
    expect(Object.keys(definition ?? {})).toEqual(['name', 'description']);
  });

  test('uses wire names, which are unique', async () => {
    const { tools } = makeTools({ a: { tools: { t: {} } }, b: { tools: { t: {} } } });
    const { tools: defined } = await tools.definitions({ dialect: 'mcp' });
    const names = tools.list().map(({ wireName }) => wireName);
    expect(defined.map(({ name }) => name)).toEqual(names);
    expect(defined.map(({ tool }) => tool)).toEqual(['a:t', 'b:t']);
  });

  test('begins the names for Gemini with a letter or an underscore', async () => {
    const { tools } = makeTools({ p: { tools: { '3d': {}, x: {} } } });
    const { tools: defined } = await tools.definitions({ dialect: 'gemini' });
    expect(defined.map(({ name }) => name)).toEqual(['_3d', 'x']);
  });

  test('keeps names apart that would become one', () => {
    const tools = ['3d', '_3d', '3'.repeat(64), `_${'3'.repeat(63)}`].map((wireName, i) => ({
      fullName: `p:${i}`,
      wireName,
    }));
    const names = [...toolNames(tools, TABLES.gemini.toolName.value).values()];
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
  });

  test('lists what each definition cannot say', async () => {
    const { tools } = await weather().definitions({ dialect: 'gemini', tools: ['forecast'] });
    expect(tools[0]?.dropped).toEqual([
      {
        path: '',
        keyword: 'additionalProperties',
        reason: 'gemini does not have this keyword',
      },
      {
        path: '/properties/days',
        keyword: 'default',
        reason: 'gemini does not have this keyword',
      },
    ]);
    const { tools: whole } = await weather().definitions({ dialect: 'mcp' });
    expect(whole.flatMap(({ dropped }) => dropped)).toEqual([]);
  });

  test('refuses a dialect that is not known', async () => {
    await expect(weather().definitions({ dialect: 'openapi' as 'openai' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'There is no dialect named "openapi". Did you mean "openai"?',
    });
  });

  test('refuses a tool that is not there', async () => {
    const asked = weather().definitions({ dialect: 'mcp', tools: ['forecasts'] });
    await expect(asked).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });
});

describe('read()', () => {
  async function called(dialect: ToolDialect, args: unknown) {
    const tools = weather();
    const offered = await tools.definitions({ dialect });
    const call = offered.read('forecast', args);
    return tools.call(call.tool, call.args);
  }

  test('removes the null of an optional property whose schema does not allow null', async () => {
    const args = { city: 'Oslo', days: null, unit: null, 'max-results': null };
    expect(await called('openai-strict', args)).toMatchObject({
      success: true,
      data: { city: 'Oslo', unit: null },
    });
  });

  test('keeps null where it is a value of another dialect, for the full schema to judge', async () => {
    const args = { city: 'Oslo', days: null };
    await expect(called('anthropic', args)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });

  test('names properties as the full schema does', async () => {
    const args = { city: 'Oslo', max_results_12d65eae: 4 };
    expect(await called('gemini', args)).toMatchObject({
      data: { city: 'Oslo', 'max-results': 4 },
    });
  });

  test('takes JSON text, as OpenAI sends arguments', async () => {
    expect(await called('openai', '{"city":"Oslo"}')).toMatchObject({ data: { city: 'Oslo' } });
  });

  test('refuses text that is not JSON', async () => {
    await expect(called('openai', '{"city":"Os')).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      details: { tool: 'weather:forecast' },
    });
  });

  test.each<ToolDialect>(['openai', 'openai-strict', 'gemini', 'anthropic', 'mcp'])(
    'leaves it to the full schema to refuse arguments of %s',
    async (dialect) => {
      const args = { city: '', days: 3, unit: 'c', 'max-results': 1 };
      await expect(called(dialect, args)).rejects.toMatchObject({
        code: 'ARGUMENTS_INVALID',
        details: { faults: [{ path: '/city' }] },
      });
    },
  );

  test('refuses a name that no definition has', async () => {
    const offered = await weather().definitions({ dialect: 'openai' });
    expect(() => offered.read('forecasts', {})).toThrow(
      expect.objectContaining({ code: 'TOOL_NOT_FOUND' }),
    );
  });

  test('reads JSON text where the dialect cannot say what a value may be', async () => {
    const { tools } = makeTools({
      p: {
        tools: {
          set: {
            spec: {
              parameters: {
                properties: { key: { type: 'string' }, value: {}, labels: { type: 'object' } },
                required: ['key', 'value'],
              },
            },
            handler: ({ params }) => ok(JSON.parse(params)),
          },
        },
      },
    });
    const offered = await tools.definitions({ dialect: 'openai-strict' });
    const sent = { key: '5', value: '[1,"a"]', labels: '{"a":null}' };
    expect(offered.read('set', sent)).toEqual({
      tool: 'p:set',
      args: { key: '5', value: [1, 'a'], labels: { a: null } },
    });
    const rest = { key: '5', value: 'plain text', labels: null };
    expect(offered.read('set', rest).args).toEqual({ key: '5', value: 'plain text' });
  });
});
