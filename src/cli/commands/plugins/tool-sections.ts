import { jsonText } from '../../../base/json/index.js';
import type { JsonSchema } from '../../../base/schema/index.js';
import type { ToolInfo } from '../../../kinds/tools/index.js';
import type { Fact, Section } from '../../output/facts.js';

/** A section for each tool: what it does, and its parameters. */
export function toolSections(tools: readonly ToolInfo[]): Section[] {
  return tools.map((tool) => {
    const { fullName, description, guideline, permissions, hints, wireName } = tool;
    const said = Object.entries(hints).flatMap(([hint, yes]) => (yes === true ? [hint] : []));
    const facts: Fact[] = [['description', description], ...parameters(tool.parameters)];
    if (guideline !== undefined) facts.push(['guideline', guideline]);
    if (permissions.length > 0) facts.push(['permissions', permissions.join(', ')]);
    if (said.length > 0) facts.push(['hints', said.join(', ')]);
    facts.push(['on the wire', wireName]);
    return { title: `Tool ${fullName}`, facts };
  });
}

function parameters(schema: JsonSchema): Fact[] {
  const { properties, required } = schema as { properties?: object; required?: unknown };
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties ?? {}).map(([name, property]) => {
    const { description } = property as { description?: unknown };
    const notes = [typeOf(property), needed.includes(name) ? 'required' : defaultOf(property)];
    const text = notes.filter((note) => note !== '').join(', ');
    return [`.${name}`, typeof description === 'string' ? `${text}: ${description}` : text];
  });
}

function typeOf(property: unknown): string {
  if (typeof property !== 'object' || property === null) return 'anything';
  const { type, enum: choices } = property as { type?: unknown; enum?: unknown };
  if (Array.isArray(choices)) return `one of ${jsonText(choices).slice(1, -1)}`;
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'anything';
}

function defaultOf(property: unknown): string {
  const value = (property as { default?: unknown } | null)?.default;
  return value === undefined ? 'optional' : `default ${jsonText(value)}`;
}
