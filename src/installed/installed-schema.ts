import { TEXTS } from './installed-file.js';

/** The JSON Schema of registry.json, version 1. */
export function installedSchema(): object {
  const about = {
    installed: 'When it was installed, in ISO 8601. Absent: somebody put it there.',
    version: 'Its version.',
    path: 'Where it lies.',
    status: 'How its installation stands.',
    source: 'Where it was installed from.',
    digest: 'Of what was installed.',
  };
  const texts = TEXTS.map((key) => [key, { description: about[key], type: ['string', 'null'] }]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'registry.json of an aisopod home',
    type: 'object',
    required: ['version'],
    properties: {
      version: { const: 1 },
      plugins: {
        description: 'By id.',
        type: 'object',
        propertyNames: { pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
        additionalProperties: {
          type: 'object',
          properties: {
            enabled: { description: 'Whether it is started.', type: 'boolean', default: true },
            ...Object.fromEntries(texts),
          },
        },
      },
    },
  };
}
