import type { JsonSchema } from '../../base/schema/index.js';
import type { Entry } from '../../registry/index.js';
import type { ToolHints, ToolSpec } from './tool-spec.js';

/** A tool as it is shown to people, models and other programs. */
export interface ToolInfo {
  /** Id of the plugin. */
  readonly plugin: string;
  readonly name: string;
  /** `plugin-id:name`; always works. */
  readonly fullName: string;
  /** For protocols and model APIs that know no full names; unique among all tools of the host. */
  readonly wireName: string;
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments. */
  readonly parameters: JsonSchema;
  /** JSON Schema 2020-12 of `data`. */
  readonly output?: JsonSchema | undefined;
  /** `data` is a list of ContentPart; absent: any JSON value. */
  readonly result?: 'content' | undefined;
  /** How to use the tool well; for the system prompt of a model. */
  readonly guideline?: string | undefined;
  readonly permissions: readonly string[];
  readonly hints: ToolHints;
  /** Ids of other plugins that describe it otherwise than its own does; absent: none. */
  readonly amendedBy?: readonly string[] | undefined;
}

export function toToolInfo(entry: Entry, wireName: string): ToolInfo {
  // Only toolDefinition makes the specs of this kind.
  const { description, parameters, output, result, guideline, permissions, hints } =
    entry.spec as ToolSpec;
  return Object.freeze({
    plugin: entry.plugin.id,
    name: entry.name,
    fullName: entry.fullName,
    wireName,
    description,
    parameters,
    ...(output && { output }),
    ...(result && { result }),
    ...(guideline !== undefined && { guideline }),
    permissions,
    hints,
  });
}
