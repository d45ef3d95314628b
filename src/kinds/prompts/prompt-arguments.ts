import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { nearest, show, typeName } from '../../base/text/index.js';
import type { Entry } from '../../registry/index.js';
import type { PromptArgument } from './definition.js';

/** Texts by the names of arguments. */
export type PromptArguments = Readonly<Record<string, string>>;

interface Fault {
  /** JSON pointer into the arguments. */
  readonly path: string;
  readonly message: string;
}

/**
 * Copies the arguments of a prompt.
 * @param arePartial others may follow, so that none is missing
 * @throws AisopodError ARGUMENTS_INVALID with all faults
 */
export function checkPromptArguments(
  entry: Entry,
  known: readonly PromptArgument[],
  given: unknown,
  arePartial = false,
): PromptArguments {
  const copy = copied(entry, given);
  const faults = Object.entries(copy).flatMap(([name, value]): Fault[] => {
    if (!known.some((each) => each.name === name)) return [unknownFault(name, known)];
    const message = textFault(value);
    return message === null ? [] : [{ path: `/${name}`, message }];
  });
  for (const { name, required } of known) {
    if (required && !arePartial && !Object.hasOwn(copy, name)) {
      faults.push({ path: `/${name}`, message: 'is required and not given' });
    }
  }
  if (faults.length > 0) throw invalid(entry, faults);
  return copy as PromptArguments;
}

/** Returns the error for names that are no arguments of a prompt. */
export function wrongArguments(
  entry: Entry,
  known: readonly PromptArgument[],
  names: readonly string[],
): AisopodError {
  return invalid(
    entry,
    names.map((name) => unknownFault(name, known)),
  );
}

function copied(entry: Entry, given: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(given)) {
    throw invalid(entry, [{ path: '', message: `must be an object, not ${typeName(given)}` }]);
  }
  // Without prototype, since `constructor` is a legal name.
  return Object.freeze(Object.assign(Object.create(null), given));
}

function textFault(value: unknown): string | null {
  if (typeof value !== 'string') return `must be text, not ${typeName(value)}`;
  return /\p{Surrogate}/u.test(value) ? 'holds half of a surrogate pair' : null;
}

function unknownFault(name: string, known: readonly PromptArgument[]): Fault {
  const names = known.map((each) => each.name);
  const similar = nearest(name, names);
  const meant = similar === null ? '' : `; did you mean ${show(similar)}?`;
  return { path: `/${name}`, message: `is not an argument of the prompt${meant}` };
}

function invalid({ fullName }: Entry, faults: readonly Fault[]): AisopodError {
  const lines = faults.map(({ path, message }) => {
    const what = path === '' ? 'the arguments' : show(path.slice(1));
    return `  ${what} ${message}`;
  });
  return new AisopodError(
    'ARGUMENTS_INVALID',
    `The arguments do not match those of the prompt ${fullName}:\n${lines.join('\n')}\n` +
      'Show what it takes with: aisopod prompts list --json',
    { details: { prompt: fullName, faults } },
  );
}
