import type { JsonObject } from '../../../base/json/index.js';
import type { About, ObjectOutline, Outline } from './outline.js';
import type { PropertyNames } from './property-names.js';
import { from, said, textAbout } from './write-openai-strict.js';

/** Writes an outline as the Schema object of Gemini. @returns null: there are no parameters */
export function writeGemini(root: ObjectOutline, names: PropertyNames): JsonObject | null {
  return root.members.size === 0 ? null : write(root);

  function write(outline: Outline): JsonObject {
    switch (outline.kind) {
      case 'scalar': {
        const { type, about, checks, values } = outline;
        const listed = values && { enum: values };
        return { type: type.toUpperCase(), ...said(about), ...from(checks), ...listed };
      }
      case 'list': {
        const { about, items, checks } = outline;
        return { type: 'ARRAY', ...said(about), items: write(items), ...from(checks) };
      }
      case 'object':
        return object(outline);
      case 'choice':
        return choice(outline.options, outline.about);
      case 'text':
        return { type: 'STRING', ...said(textAbout(outline)) };
      case 'link':
        throw new TypeError('Outlines for Gemini have no links.');
    }
  }

  function object({ about, members, checks }: ObjectOutline): JsonObject {
    const required = [...members].filter(([, member]) => member.required);
    const properties = [...members].map(([name, { outline }]): [string, JsonObject] => [
      names.toSent(name),
      write(outline),
    ]);
    return {
      type: 'OBJECT',
      ...said(about),
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(required.length > 0 && { required: required.map(([name]) => names.toSent(name)) }),
      ...from(checks),
    };
  }

  /** Nothing may stand next to anyOf, so each option says what the choice says, and whether it is nullable. */
  function choice(options: readonly Outline[], about: About): JsonObject {
    const others = options.filter((each) => each.kind !== 'scalar' || each.type !== 'null');
    const nullable = others.length < options.length && { nullable: true };
    const schemas = others.map((option) => {
      const own = write(option);
      if ('anyOf' in own) return own;
      return { ...said(about), ...own, ...nullable };
    });
    const [first] = schemas;
    return first !== undefined && schemas.length === 1 ? first : { anyOf: schemas };
  }
}
