import type { PluginApi } from 'aisopod';
import { createTestApp } from 'aisopod/testing';
import { expect, test } from 'vitest';
import { chat, type Message } from './chat.js';

const parameters = {
  type: 'object',
  properties: { city: { type: 'string', minLength: 1 }, days: { type: 'integer', minimum: 1 } },
  required: ['city'],
  additionalProperties: false,
};

const weather = {
  meta: { name: 'weather', version: '1.0.0', description: 'Says the weather' },
  register(api: PluginApi) {
    const description = 'Say the weather of a city';
    api.registerTool('forecast', { description, parameters }, (args) => ({ asked: args }));
  },
};

/** A model that calls the tool with each of these arguments, then answers. */
function model(...calls: string[]) {
  const requests: { tools: object[] }[] = [];
  const ask = async (request: object): Promise<Message> => {
    requests.push(structuredClone(request) as { tools: object[] });
    const text = calls.shift();
    if (text === undefined) return { role: 'assistant', content: 'It rains.' };
    const call = { id: `call-${calls.length}`, function: { name: 'forecast', arguments: text } };
    return { role: 'assistant', content: null, tool_calls: [call] };
  };
  return { ask, requests };
}

test('a model of OpenAI calls a tool, and corrects itself', async () => {
  const app = await createTestApp();
  try {
    await app.loadPlugin(weather);
    const messages: Message[] = [{ role: 'user', content: 'What is the weather in Oslo?' }];
    const { ask, requests } = model('{"city":""}', '{"city":"Oslo","days":null}');
    expect(await chat(app.host, messages, ask)).toBe('It rains.');
    expect(requests[0]?.tools).toMatchObject([
      { type: 'function', function: { name: 'forecast', strict: true } },
    ]);
    const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
    expect(results).toEqual([
      expect.stringMatching(/^ARGUMENTS_INVALID: /),
      '{"asked":{"city":"Oslo"}}',
    ]);
  } finally {
    await app.close();
  }
});
