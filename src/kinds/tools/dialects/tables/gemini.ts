import type { DialectTable } from '../dialect-table.js';

/** Function declarations of Gemini, with the Schema object of its API. */
export const gemini: DialectTable = {
  dialect: 'gemini',
  api: 'Gemini API and Vertex AI: FunctionDeclaration with parameters (Schema)',
  sources: {
    reference: {
      title: 'FunctionDeclaration and Schema in the types of js-genai',
      url: 'https://github.com/googleapis/js-genai/blob/6e9b35c45e21f0d37179a24d29dca01ebed698e6/src/types.ts',
      read: '2026-08-21',
    },
    name: {
      title: 'The refusal "Invalid function name", with a maximum length of 64',
      url: 'https://github.com/google-gemini/gemini-cli/issues/2966',
      read: '2026-11-30',
    },
    unknown: {
      title: 'The refusal of fields that Schema does not have: "Cannot find field"',
      url: 'https://github.com/brainlid/langchain/pull/599',
      read: '2026-11-30',
    },
    format: {
      title: `The refusal "only 'enum' and 'date-time' are supported for STRING type"`,
      url: 'https://github.com/google-gemini/gemini-cli/issues/3178',
      read: '2026-11-30',
    },
    enum: {
      title: 'The refusal "enum only allowed for STRING type"',
      url: 'https://github.com/decolua/9router/issues/359',
      read: '2026-11-30',
    },
    empty: {
      title: 'The refusal "enum: cannot be empty" of an empty text',
      url: 'https://github.com/sbroenne/mcp-server-excel/issues/607',
      read: '2026-11-30',
    },
    anyOf: {
      title: 'The refusal "When using any_of, it must be the only field set"',
      url: 'https://github.com/BerriAI/litellm/issues/11164',
      read: '2026-11-30',
    },
    type: {
      title: 'The refusal of a schema without type, except one that is anyOf',
      url: 'https://github.com/brightwave-inc/tidebreak/pull/1537',
      read: '2026-11-30',
    },
    items: {
      title: 'The refusal "items: missing field"',
      url: 'https://github.com/cline/cline/issues/7339',
      read: '2026-11-30',
    },
    required: {
      title: 'The refusal of required names that properties do not have',
      url: 'https://github.com/Kilo-Org/kilocode/pull/11955',
      read: '2026-11-30',
    },
    none: {
      title: 'The refusal "should be non-empty for OBJECT type" of empty parameters',
      url: 'https://github.com/agno-agi/agno/issues/2112',
      read: '2026-11-30',
    },
    refs: {
      title: '$ref is not supported in parameters, but in parametersJsonSchema',
      url: 'https://github.com/googleapis/python-genai/issues/1122',
      read: '2026-11-30',
    },
    numbers: {
      title: 'ProtoJSON takes a 64-bit integer as a number or as a text, quoted from its page',
      url: 'https://github.com/open-telemetry/opentelemetry-specification/pull/1637',
      read: '2026-11-30',
    },
  },
  definition: {
    value: ['name', 'description', 'parameters'],
    says: 'a FunctionDeclaration; without parameters where a tool has none',
    sources: ['reference', 'none'],
  },
  toolName: {
    value: '^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$',
    says: 'begins with a letter or an underscore; older models take 64 characters',
    sources: ['reference', 'name'],
  },
  propertyName: {
    value: '^[a-zA-Z_][a-zA-Z0-9_]{0,63}$',
    says: 'begins with a letter or an underscore, then letters, digits and underscores, at most 64',
    sources: ['reference'],
  },
  keywords: {
    value: [
      ...['type', 'nullable', 'enum', 'anyOf', 'title', 'description', 'format'],
      ...['properties', 'required', 'minProperties', 'maxProperties'],
      ...['items', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern'],
      ...['minimum', 'maximum'],
    ],
    says: 'fields of Schema; a field that it does not have makes the API refuse the request',
    sources: ['reference', 'unknown'],
  },
  notAtRoot: {
    value: ['anyOf', 'nullable', 'enum'],
    says: 'the root is of type OBJECT',
    sources: ['reference'],
  },
  formats: {
    value: { string: ['date-time'], number: ['float', 'double'], integer: ['int32', 'int64'] },
    says: 'these; newer models take more for texts, older ones refuse them',
    sources: ['reference', 'format'],
  },
  anyPattern: {
    value: false,
    says: 'the host sends no pattern with lookaround or back references',
    sources: ['reference'],
  },
  itemsNeeded: { value: true, says: 'an ARRAY has items', sources: ['items'] },
  rootPropertiesNeeded: {
    value: false,
    says: 'parameters without properties are left out',
    sources: ['none'],
  },
  enumTypes: {
    value: ['string'],
    says: 'enum is for STRING, and none of its values is empty',
    sources: ['enum', 'empty'],
  },
  limits: {},
  also: [
    { says: 'types are written in capitals, as the enum Type', sources: ['reference'] },
    { says: 'every schema has type or anyOf', sources: ['type'] },
    { says: 'nothing stands next to anyOf', sources: ['anyOf'] },
    { says: 'null is said by nullable next to another type', sources: ['reference'] },
    { says: 'required names properties only', sources: ['required'] },
    { says: 'counts (minItems, ...) are sent as numbers', sources: ['numbers'] },
    {
      says:
        'references are replaced by what they refer to, a recursive one twice; below that an object ' +
        'stays without properties',
      sources: ['refs'],
    },
    {
      says: 'a value of any type is sent as JSON text in a STRING, which the reader reads',
      sources: ['type'],
    },
    {
      says:
        'parametersJsonSchema is the alternative to parameters: newer models take a JSON Schema there, ' +
        'such as that of the dialect mcp',
      sources: ['reference', 'refs'],
    },
  ],
};
