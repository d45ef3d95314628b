import { AisopodError } from '../../../base/errors/index.js';
import { type JsonObject, JsonTextFault, parseJson } from '../../../base/json/index.js';
import type { JsonSchema } from '../../../base/schema/index.js';
import { nearest, notFoundText, shortName } from '../../../base/text/index.js';
import type { ToolHints } from '../tool-spec.js';
import { ArgumentsReader } from './arguments-reader.js';
import type { DialectTable, ToolDialect } from './dialect-table.js';
import { type DroppedKeyword, Drops } from './drops.js';
import { JsonSchemaWriter } from './json-schema-writer.js';
import { OutlineBuilder } from './outline-builder.js';
import { PropertyNames } from './property-names.js';
import { SchemaDocument } from './schema-document.js';
import { TABLES, TOOL_DIALECTS } from './tables/index.js';
import type { DialectTool, ToolDefinitions } from './tool-definitions.js';
import { toolNames } from './tool-names.js';
import { writeGemini } from './write-gemini.js';
import { writeOpenaiStrict } from './write-openai-strict.js';

/** What is defined of a tool. */
export interface DefinedTool {
  readonly fullName: string;
  readonly wireName: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  readonly hints: ToolHints;
}

/** The parameters of a tool in a dialect, and the way back. */
export interface DialectParameters {
  /** null: the tool has no parameters, and the dialect leaves them out. */
  readonly schema: JsonObject | null;
  readonly dropped: readonly DroppedKeyword[];
  /** Makes arguments for the full schema of those that a model made for `schema`. */
  readonly read: (args: unknown) => unknown;
}

/** @throws AisopodError USAGE for a dialect that is not known */
export function defineTools(tools: readonly DefinedTool[], dialect: ToolDialect): ToolDefinitions {
  const table = tableOf(dialect);
  const names = toolNames(tools, table.toolName.value);
  const readers = new Map<
    string,
    { readonly tool: string; readonly read: (args: unknown) => unknown }
  >();
  const defined = tools.map((tool): DialectTool => {
    const { fullName } = tool;
    const name = names.get(fullName) as string;
    const { schema, dropped, read } = dialectParameters(tool.parameters, dialect);
    readers.set(name, { tool: fullName, read });
    return Object.freeze({
      tool: fullName,
      name,
      definition: envelope(dialect, name, tool, schema),
      dropped,
    });
  });
  return Object.freeze({
    dialect,
    tools: Object.freeze(defined),
    read(name: string, args: unknown) {
      const reader = readers.get(name);
      if (reader === undefined) throw notDefined(name, [...readers.keys()]);
      const { tool, read } = reader;
      return { tool, args: read(typeof args === 'string' ? parsed(tool, args) : args) };
    },
  });
}

/** The parameters of one tool in a dialect. @throws AisopodError USAGE */
export function dialectParameters(parameters: JsonSchema, dialect: ToolDialect): DialectParameters {
  const table = tableOf(dialect);
  const document = new SchemaDocument(parameters);
  const names = new PropertyNames(document, table.propertyName.value);
  const drops = new Drops();
  if (dialect === 'gemini' || dialect === 'openai-strict') {
    const strict = dialect === 'openai-strict';
    const options = { links: strict, freeObjects: !strict };
    const outline = new OutlineBuilder(document, table, drops, options).build();
    const reader = new ArgumentsReader(outline, strict);
    const schema = strict ? writeOpenaiStrict(outline) : writeGemini(outline.root, names);
    const read = (args: unknown) => reader.read(names.valueFromSent(args));
    return { schema, dropped: drops.list, read };
  }
  const schema = new JsonSchemaWriter(document, table, names, drops).write();
  return { schema, dropped: drops.list, read: (args) => names.valueFromSent(args) };
}

function tableOf(dialect: ToolDialect): DialectTable {
  if (Object.hasOwn(TABLES, dialect)) return TABLES[dialect];
  const given = String(dialect);
  const similar = nearest(given, TOOL_DIALECTS);
  const message = notFoundText('dialect', given, { similar, known: TOOL_DIALECTS });
  throw new AisopodError('USAGE', message, {
    details: { dialect: given, dialects: TOOL_DIALECTS },
  });
}

function envelope(
  dialect: ToolDialect,
  name: string,
  { description, hints }: DefinedTool,
  schema: JsonObject | null,
): JsonObject {
  switch (dialect) {
    case 'openai':
    case 'openai-strict': {
      const strict = dialect === 'openai-strict';
      return { type: 'function', function: { name, description, parameters: schema, strict } };
    }
    case 'gemini':
      return { name, description, ...(schema && { parameters: schema }) };
    case 'anthropic':
      return { name, description, input_schema: schema };
    case 'mcp': {
      const annotations = annotationsOf(hints);
      return { name, description, inputSchema: schema, ...(annotations && { annotations }) };
    }
  }
}

function annotationsOf({ readOnly, destructive, idempotent }: ToolHints): JsonObject | null {
  const annotations = {
    ...(readOnly !== undefined && { readOnlyHint: readOnly }),
    ...(destructive !== undefined && { destructiveHint: destructive }),
    ...(idempotent !== undefined && { idempotentHint: idempotent }),
  };
  return Object.keys(annotations).length > 0 ? annotations : null;
}

function parsed(tool: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    const place = cause instanceof JsonTextFault ? cause.place : undefined;
    throw new AisopodError(
      'ARGUMENTS_INVALID',
      `The arguments that the model made for ${tool} are not JSON: ${reason}. ` +
        'Tell the model so, and let it call the tool again.',
      {
        details: { tool, faults: [{ path: '', message: reason, expected: 'JSON' }], place },
        cause,
      },
    );
  }
}

function notDefined(name: string, known: readonly string[]): AisopodError {
  const given = shortName(name);
  const similar = nearest(given, known);
  const message = `${notFoundText('tool', given, { similar })} The model was given ${known.length} tools.`;
  return new AisopodError('TOOL_NOT_FOUND', message, { details: { tool: given, similar } });
}
