import { type DialectTable, KEYWORDS_2020 } from '../dialect-table.js';

/** Client tools of the Messages API. */
export const anthropic: DialectTable = {
  dialect: 'anthropic',
  api: 'Anthropic: client tools of the Messages API',
  sources: {
    tools: {
      title: 'Define tools: name, description, input_schema',
      url: 'https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools',
      read: '2026-11-30',
    },
    client: {
      title: 'Tool and Tool.InputSchema in the types of anthropic-sdk-typescript',
      url: 'https://github.com/anthropics/anthropic-sdk-typescript/blob/bfa9197f0182084941052be9752c948638421601/src/resources/messages/messages.ts',
      read: '2026-08-19',
    },
    root: {
      title: 'The refusal "input_schema does not support oneOf, allOf, or anyOf at the top level"',
      url: 'https://github.com/anthropics/claude-code/issues/27337',
      read: '2026-11-30',
    },
    draft: {
      title: 'The refusal "JSON schema is invalid. It must match JSON Schema draft 2020-12"',
      url: 'https://github.com/anthropics/claude-code/issues/63673',
      read: '2026-11-30',
    },
    keys: {
      title: `The refusal "Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'"`,
      url: 'https://github.com/anthropics/claude-code/issues/79418',
      read: '2026-11-30',
    },
  },
  definition: {
    value: ['name', 'description', 'input_schema'],
    says: 'a client tool',
    sources: ['tools'],
  },
  toolName: {
    value: '^[a-zA-Z0-9_-]{1,64}$',
    says: 'letters, digits, underscores and dashes; the API takes 128, older versions 64',
    sources: ['tools'],
  },
  propertyName: {
    value: '^[a-zA-Z0-9_.-]{1,64}$',
    says: 'letters, digits, underscores, dots and dashes, at most 64; the host renames others',
    sources: ['keys'],
  },
  keywords: {
    value: KEYWORDS_2020,
    says: 'input_schema is a JSON Schema 2020-12; keywords that it does not have stay out',
    sources: ['client', 'draft'],
  },
  notAtRoot: {
    value: ['oneOf', 'allOf', 'anyOf'],
    says: 'the root has the type object and none of these',
    sources: ['client', 'root'],
  },
  formats: { value: null, says: 'any', sources: ['client'] },
  anyPattern: { value: true, says: 'patterns are not refused', sources: ['client'] },
  itemsNeeded: { value: false, says: 'an array may have no items', sources: ['client'] },
  rootPropertiesNeeded: {
    value: false,
    says: 'the root may have no properties',
    sources: ['client'],
  },
  enumTypes: { value: null, says: 'any', sources: ['client'] },
  limits: {},
  also: [],
};
