import type { JsonObject } from '../../../base/json/index.js';
import {
  type About,
  allowsNull,
  type Checks,
  type JsonTextOutline,
  type Member,
  type Outline,
} from './outline.js';
import type { ToolOutline } from './outline-builder.js';

const NULL = { type: 'null' };

/** Writes an outline as structured outputs of OpenAI accept it. */
export function writeOpenaiStrict({ root, definitions }: ToolOutline): JsonObject {
  const written = write(root);
  if (definitions.size === 0) return written;
  const all = [...definitions].map(([name, outline]): [string, unknown] => [name, write(outline)]);
  return { ...written, $defs: Object.fromEntries(all) };

  function write(outline: Outline): JsonObject {
    switch (outline.kind) {
      case 'scalar': {
        const { type, about, checks, values } = outline;
        return { type, ...said(about), ...from(checks), ...(values && { enum: values }) };
      }
      case 'list': {
        const { about, items, checks } = outline;
        return { type: 'array', ...said(about), items: write(items), ...from(checks) };
      }
      case 'object': {
        const { about, members } = outline;
        return {
          type: 'object',
          ...said(about),
          properties: Object.fromEntries([...members].map(([name, each]) => [name, member(each)])),
          required: [...members.keys()],
          additionalProperties: false,
        };
      }
      case 'choice': {
        const { about, options } = outline;
        return nullableOf(options) ?? { ...said(about), anyOf: options.map(write) };
      }
      case 'text':
        return { type: 'string', ...said(textAbout(outline)) };
      case 'link':
        return { $ref: `#/$defs/${outline.name}` };
    }
  }

  function member({ outline, required }: Member): JsonObject {
    const schema = write(outline);
    return required || allowsNull(outline, definitions) ? schema : withNull(schema);
  }

  /** A type and null are one schema; null: these are others. */
  function nullableOf(options: readonly Outline[]): JsonObject | null {
    const others = options.filter((each) => each.kind !== 'scalar' || each.type !== 'null');
    const [only] = others;
    if (others.length !== 1 || options.length !== 2 || only === undefined) return null;
    return only.kind === 'link' || only.kind === 'choice' ? null : withNull(write(only));
  }
}

/** What is said of a value that is sent as JSON text. */
export function textAbout({ about, of }: JsonTextOutline): About {
  const hint = `JSON text of ${of}`;
  const { description } = about;
  return { ...about, description: description === undefined ? hint : `${description} (${hint})` };
}

/** The members of a schema that are read. */
export function said({ title, description }: About): JsonObject {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  };
}

export function from(checks: Checks): JsonObject {
  return Object.fromEntries(checks);
}

function withNull(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, NULL] };
  if (typeof schema.type !== 'string') return { anyOf: [schema, NULL] };
  const values = Array.isArray(schema.enum) && { enum: [...schema.enum, null] };
  return { ...schema, type: [schema.type, 'null'], ...values };
}
