import { type DialectTable, KEYWORDS_2020 } from '../dialect-table.js';

const COMPOSITION = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'];

/** Function tools of OpenAI without structured outputs. */
export const openai: DialectTable = {
  dialect: 'openai',
  api: 'OpenAI: function tools of Chat Completions, strict false',
  sources: {
    reference: {
      title: 'OpenAI API specification: FunctionObject, FunctionParameters',
      url: 'https://github.com/openai/openai-openapi/blob/f85dbe223d40e1a31cba812ab2d755c7e98a92a3/openapi.yaml',
      read: '2026-08-21',
    },
    root: {
      title: 'The refusal "schema must have type object and not have oneOf/anyOf/..." at the root',
      url: 'https://github.com/langchain-ai/langchainjs/issues/9804',
      read: '2026-11-30',
    },
    properties: {
      title: 'The refusal "object schema missing properties"',
      url: 'https://github.com/spring-projects/spring-ai/issues/4776',
      read: '2026-11-30',
    },
    items: {
      title: 'The refusal "array schema missing items"',
      url: 'https://github.com/PrefectHQ/fastmcp/issues/2464',
      read: '2026-11-30',
    },
    lookaround: {
      title: 'The refusal "regex lookaround is not supported", without strict too',
      url: 'https://github.com/vercel/ai/pull/21037',
      read: '2026-11-30',
    },
  },
  definition: {
    value: ['type', 'function'],
    says: 'function has name, description, parameters and strict, which is false',
    sources: ['reference'],
  },
  toolName: {
    value: '^[a-zA-Z0-9_-]{1,64}$',
    says: 'letters, digits, underscores and dashes, at most 64',
    sources: ['reference'],
  },
  propertyName: { value: null, says: 'no limit is documented', sources: ['reference'] },
  keywords: {
    value: KEYWORDS_2020,
    says: 'parameters are a JSON Schema object; keywords that JSON Schema does not have stay out',
    sources: ['reference'],
  },
  notAtRoot: {
    value: COMPOSITION,
    says: 'the root has the type object and none of these',
    sources: ['root'],
  },
  formats: { value: null, says: 'any', sources: ['reference'] },
  anyPattern: {
    value: false,
    says: 'patterns with lookaround are refused; the host sends none with back references either, also not as keys of patternProperties',
    sources: ['lookaround'],
  },
  itemsNeeded: { value: true, says: 'an array has items', sources: ['items'] },
  rootPropertiesNeeded: {
    value: true,
    says: 'the root has properties, which may be empty',
    sources: ['properties'],
  },
  enumTypes: { value: null, says: 'any', sources: ['reference'] },
  limits: {},
  also: [],
};
