import type { DialectTable } from '../dialect-table.js';

/** Function tools of OpenAI with structured outputs. */
export const openaiStrict: DialectTable = {
  dialect: 'openai-strict',
  api: 'OpenAI: function tools of Chat Completions, strict true',
  sources: {
    reference: {
      title: 'OpenAI API specification: FunctionObject, FunctionParameters',
      url: 'https://github.com/openai/openai-openapi/blob/f85dbe223d40e1a31cba812ab2d755c7e98a92a3/openapi.yaml',
      read: '2026-08-21',
    },
    guide: {
      title: 'Structured model outputs: supported schemas',
      url: 'https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas',
      read: '2026-11-30',
    },
    quoted: {
      title: 'The same guide, its keywords and limits quoted',
      url: 'https://jsonschemaprofiles.unitvectorylabs.com/schemas/openai',
      read: '2026-11-30',
    },
    client: {
      title: 'What toStrictJsonSchema() of openai-node refuses and completes',
      url: 'https://github.com/openai/openai-node/blob/7b7d6ca71130d37ec09792c50056b47861f2eccf/src/lib/transform.ts',
      read: '2026-08-21',
    },
    lookaround: {
      title: 'The refusal "regex lookaround is not supported"',
      url: 'https://github.com/vercel/ai/pull/21037',
      read: '2026-11-30',
    },
    type: {
      title: `The refusal "schema must have a 'type' key"`,
      url: 'https://github.com/pydantic/pydantic-ai/pull/4587',
      read: '2026-11-30',
    },
    reference_alone: {
      title: 'The refusal of keywords next to $ref',
      url: 'https://github.com/docker/docker-agent/pull/4155',
      read: '2026-11-30',
    },
    items: {
      title: 'The refusal "array schema missing items"',
      url: 'https://github.com/PrefectHQ/fastmcp/issues/2464',
      read: '2026-11-30',
    },
  },
  definition: {
    value: ['type', 'function'],
    says: 'function has name, description, parameters and strict, which is true',
    sources: ['reference'],
  },
  toolName: {
    value: '^[a-zA-Z0-9_-]{1,64}$',
    says: 'letters, digits, underscores and dashes, at most 64',
    sources: ['reference'],
  },
  propertyName: { value: null, says: 'no limit is documented', sources: ['guide', 'quoted'] },
  keywords: {
    value: [
      ...['type', 'enum', 'anyOf', '$ref', '$defs', 'title', 'description'],
      ...['properties', 'required', 'additionalProperties'],
      ...['items', 'minItems', 'maxItems', 'pattern', 'format'],
      ...['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
    ],
    says: 'the guide lists these; what it does not list is refused with "... is not permitted"',
    sources: ['guide', 'quoted', 'client'],
  },
  notAtRoot: {
    value: ['anyOf', 'enum', '$ref'],
    says: 'the root is an object and no union',
    sources: ['guide', 'quoted', 'client'],
  },
  formats: {
    value: {
      string: [
        ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'],
      ],
    },
    says: 'these formats of texts',
    sources: ['guide', 'quoted'],
  },
  anyPattern: {
    value: false,
    says: 'patterns with lookaround are refused; the host sends none with back references either',
    sources: ['lookaround'],
  },
  itemsNeeded: { value: true, says: 'an array has items', sources: ['items'] },
  rootPropertiesNeeded: {
    value: true,
    says: 'the root has properties, which may be empty',
    sources: ['guide', 'quoted'],
  },
  enumTypes: { value: null, says: 'any', sources: ['guide', 'quoted'] },
  limits: {
    properties: { value: 5000, says: 'properties of all objects', sources: ['guide', 'quoted'] },
    depth: {
      value: 10,
      says: 'levels of nesting; the host counts objects and arrays, the root as the first',
      sources: ['guide', 'quoted'],
    },
    enumValues: { value: 1000, says: 'values of all enums', sources: ['guide', 'quoted'] },
    characters: {
      value: 120_000,
      says: 'characters of all names of properties and definitions, and of all values of enums',
      sources: ['guide', 'quoted'],
    },
    longEnum: {
      value: 250,
      says: 'values of one enum of texts, unless they have at most 15000 characters together',
      sources: ['guide', 'quoted'],
    },
    longEnumCharacters: {
      value: 15_000,
      says: 'characters of an enum of texts with more than 250 values',
      sources: ['guide', 'quoted'],
    },
  },
  also: [
    {
      says:
        'every property is required. The host makes an optional one nullable, and its reader ' +
        'removes the null again',
      sources: ['guide', 'quoted'],
    },
    {
      says:
        'every object has additionalProperties false. So the model cannot send a property that the ' +
        'schema does not name, even where the full schema allows it',
      sources: ['guide', 'quoted'],
    },
    { says: 'every schema has type, anyOf or $ref', sources: ['type'] },
    { says: 'nothing stands next to $ref', sources: ['reference_alone'] },
    {
      says:
        'a value of any type, and an object without named properties, are sent as JSON text in a ' +
        'string, which the reader reads',
      sources: ['type', 'guide'],
    },
  ],
};
