import { isObject } from '../../base/json/index.js';
import { show } from '../../base/text/index.js';
import type { ToolInfo } from './tool-info.js';

const KEYS = ['tool', 'description', 'guideline'];

/** How a plugin wants a tool to be described. */
export interface ToolAmendment {
  /** Full name of the tool. */
  readonly tool: string;
  /** Instead of the tool's own. */
  readonly description?: string;
  /** Instead of the tool's own. */
  readonly guideline?: string;
  /** Id of the plugin whose wish it is. */
  readonly by: string;
}

/**
 * Reads what a plugin wants to be described otherwise: `{tool, description?, guideline?}`, or a list of
 * these.
 *
 * @param resolve gives the full name of a tool, for its full or short name
 * @throws Error that says what is wrong; then none of it counts
 */
export function readAmendments(
  by: string,
  value: unknown,
  resolve: (name: string) => string | undefined,
): ToolAmendment[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.map((each) => {
    if (!isObject(each) || typeof each.tool !== 'string') {
      throw new Error('an amendment is {"tool": "plugin-id:name", "description": "..."}');
    }
    const strange = Object.keys(each).find((key) => !KEYS.includes(key));
    if (strange !== undefined) {
      throw new Error(`"${strange}" of a tool cannot be amended, only description and guideline`);
    }
    const tool = resolve(each.tool);
    if (tool === undefined) throw new Error(`there is no tool ${show(each.tool)}`);
    const { description, guideline } = each;
    for (const text of [description, guideline]) {
      if (text === undefined || (typeof text === 'string' && text.trim() !== '')) continue;
      throw new Error(`"description" and "guideline" of ${tool} must be text`);
    }
    return Object.freeze({
      tool,
      ...(typeof description === 'string' && { description }),
      ...(typeof guideline === 'string' && { guideline }),
      by,
    });
  });
}

/** The tool as those describe it; of several the last one counts. */
export function amended(info: ToolInfo, amendments: readonly ToolAmendment[]): ToolInfo {
  const those = amendments.filter(({ tool }) => tool === info.fullName);
  if (those.length === 0) return info;
  const texts = those.map(({ description, guideline }) => ({
    ...(description !== undefined && { description }),
    ...(guideline !== undefined && { guideline }),
  }));
  const amendedBy = Object.freeze([...new Set(those.map(({ by }) => by))]);
  return Object.freeze(Object.assign({}, info, ...texts, { amendedBy }));
}
