import type { DialectTable } from '../dialect-table.js';

/** Tools as a server of the Model Context Protocol lists them. */
export const mcp: DialectTable = {
  dialect: 'mcp',
  api: 'Model Context Protocol: Tool of tools/list',
  sources: {
    tool: {
      title: 'MCP specification 2026-07-28: tools, data types',
      url: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
      read: '2026-08-22',
    },
    schema: {
      title: 'MCP specification 2026-07-28: the interface Tool',
      url: 'https://github.com/modelcontextprotocol/modelcontextprotocol/blob/b0f60ba5409db7a6582440a7b473cc0398890f15/schema/2026-07-28/schema.ts',
      read: '2026-08-22',
    },
    usage: {
      title: 'MCP specification 2026-07-28: JSON Schema usage',
      url: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#json-schema-usage',
      read: '2026-08-22',
    },
  },
  definition: {
    value: ['name', 'description', 'inputSchema', 'annotations'],
    says:
      'annotations are the hints of a tool that has any. outputSchema is left out: a server must keep ' +
      'to it, and the host does not enforce the output of tools',
    sources: ['tool'],
  },
  toolName: {
    value: '^[a-zA-Z0-9_.-]{1,128}$',
    says: 'letters, digits, underscores, dots and dashes, at most 128',
    sources: ['tool'],
  },
  propertyName: { value: null, says: 'any text', sources: ['schema'] },
  keywords: {
    value: null,
    says: 'any keyword of JSON Schema 2020-12, and annotations such as x-mcp-header',
    sources: ['schema'],
  },
  notAtRoot: { value: [], says: 'the root has the type object', sources: ['schema'] },
  formats: { value: null, says: 'any', sources: ['schema'] },
  anyPattern: { value: true, says: 'any', sources: ['schema'] },
  itemsNeeded: { value: false, says: 'an array may have no items', sources: ['schema'] },
  rootPropertiesNeeded: {
    value: false,
    says: 'the root may have no properties',
    sources: ['tool'],
  },
  enumTypes: { value: null, says: 'any', sources: ['schema'] },
  limits: {},
  also: [
    {
      says: 'the dialect of schemas is 2020-12, and $schema says so where it is there',
      sources: ['usage'],
    },
  ],
};
