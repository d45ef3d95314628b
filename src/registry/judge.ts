import { KINDS, type RawRegistration } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import type { Generation } from '../instance/index.js';
import type {
  Entry,
  LeftOut,
  PluginBatch,
  RegisteredPlugin,
  RegistryWarning,
  SpecProblem,
} from './entry.js';
import type { KindDefinitions } from './kind-definition.js';
import { foldName, nameProblem } from './names.js';
import { readSpec } from './spec.js';

/** One reason against a registration, as it stands in the details of the error. */
export interface RegistrationFault extends SpecProblem {
  readonly kind: string;
  readonly name: string;
}

// A message is for reading; all faults stand in the details.
const SHOWN = 10;

/**
 * Judges what one plugin registered, without looking at any other plugin: names, duplicates, specs.
 * A registration whose only fault is a schema is left out, with a warning. Any other fault refuses the
 * whole batch; nothing is dropped silently.
 *
 * @param raws in the order of registration
 * @param definitions of the kinds that have a consumer; other kinds are refused
 * @param generation which registered it
 * @param strict whether a schema that the host cannot use refuses the batch too
 * @throws AisopodError REGISTRATION_INVALID, or SCHEMA_INVALID when only schemas are wrong; all
 *   reasons at once in the message, and as `RegistrationFault[]` in `details.faults`
 */
export function judgeBatch(
  plugin: RegisteredPlugin,
  raws: readonly RawRegistration[],
  definitions: KindDefinitions,
  generation: Generation,
  strict = false,
): PluginBatch {
  const faults: RegistrationFault[] = [];
  const leftOut: LeftOut[] = [];
  const warnings: RegistryWarning[] = [];
  const entries: Entry[] = [];
  const seen = new Map<string, RawRegistration[]>();

  for (const raw of raws) {
    const { kind, name, token, flags } = raw;
    const before = faults.length;
    const definition = definitions.get(kind);
    if (definition === undefined) {
      const known = KINDS.filter((each) => definitions.has(each)).join(', ');
      addFault(faults, raw, {
        code: 'REGISTRATION_INVALID',
        path: '',
        message: `this host does not support registrations of kind "${kind}"; it supports: ${known}`,
      });
      continue;
    }
    const wrongName = nameProblem(name);
    if (wrongName) {
      addFault(faults, raw, {
        code: 'REGISTRATION_INVALID',
        path: '',
        message:
          `${wrongName}; a name is 1 to 64 of A-Z, a-z, 0-9, "_" and "-", ` +
          'and begins with a letter or digit',
      });
    }
    const isSingle = definition.names === 'single';
    const key = isSingle ? `${kind}:` : `${kind}:${foldName(name)}`;
    const same = seen.get(key);
    const first = same?.[0];
    if (first && definition.names !== 'repeatable') {
      addFault(faults, raw, {
        code: 'REGISTRATION_INVALID',
        path: '',
        message: isSingle
          ? `a plugin has at most one ${kind}, and "${first.name}" is there already`
          : first.name === name
            ? 'the name is registered twice'
            : `the name differs only in case from "${first.name}"; choose another`,
      });
    }
    const ordinal = same?.length ?? 0;
    if (same === undefined) seen.set(key, [raw]);
    else same.push(raw);
    const { spec, problems, warnings: odd } = readSpec(definition, raw, plugin);
    for (let i = 0; i < problems.length; i++) addFault(faults, raw, problems[i] as SpecProblem);
    if (faults.length > before) {
      const own = faults.slice(before);
      if (own.every(isOfSchema)) {
        leftOut.push(leavingOut(plugin, raw, own));
        continue;
      }
    }
    const aliases = definition.aliasesOf?.(spec) ?? [];
    if (odd.length > 0) warnings.push(...odd.map((each) => oddWarning(plugin, raw, each)));
    entries.push(
      Object.freeze({
        kind,
        plugin,
        generation,
        name,
        fullName: `${plugin.id}:${name}`,
        aliases,
        ordinal,
        token,
        flags,
        spec,
      }),
    );
  }
  faults.push(...takenAliases(entries));
  if (faults.length > 0 && (strict || !faults.every(isOfSchema))) throw refusal(plugin, faults);
  warnings.push(...leftOut.map(({ warning }) => warning));
  const { id, level } = plugin;
  return { id, level, plugin, generation, entries, leftOut, warnings };
}

function addFault(
  faults: RegistrationFault[],
  { kind, name }: RawRegistration,
  problem: SpecProblem,
): void {
  faults.push({ kind, name, ...problem });
}

function isOfSchema({ code }: SpecProblem): boolean {
  return code === 'SCHEMA_INVALID';
}

/** What the host says of a registration with a schema that it cannot use. */
function leavingOut(
  plugin: RegisteredPlugin,
  { kind, name }: RawRegistration,
  faults: readonly RegistrationFault[],
): LeftOut {
  const { id } = plugin;
  const lines = faults.slice(0, SHOWN).map(({ path, message }) => `  ${path}: ${message}`);
  if (faults.length > SHOWN) lines.push(`  and ${faults.length - SHOWN} more`);
  const message =
    `Plugin ${id} runs without its ${kind} "${name}", since the host cannot use the schema of it:\n` +
    lines.join('\n');
  const details = { plugin: id, faults };
  const warning = { code: 'SCHEMA_INVALID', plugin: id, kind, name, message, details } as const;
  return { kind, name, fullName: `${id}:${name}`, warning };
}

function oddWarning(
  plugin: RegisteredPlugin,
  { kind, name }: RawRegistration,
  { path, message }: SpecProblem,
): RegistryWarning {
  return {
    code: 'REGISTRATION_INVALID',
    plugin: plugin.id,
    kind,
    name,
    message: `${kind} "${name}" of plugin ${plugin.id}: ${message}`,
    details: { path },
  };
}

/** Aliases that another registration of the plugin has as its name or alias, whatever the case. */
function takenAliases(entries: readonly Entry[]): RegistrationFault[] {
  const faults: RegistrationFault[] = [];
  if (entries.every(({ aliases }) => aliases.length === 0)) return faults;
  const names = new Map<string, string>();
  for (const { kind, name } of entries) names.set(`${kind}:${foldName(name)}`, name);
  for (const { kind, name, aliases } of entries) {
    for (const alias of aliases) {
      const key = `${kind}:${foldName(alias)}`;
      const owner = names.get(key);
      if (owner === undefined) {
        names.set(key, name);
        continue;
      }
      const whose = owner === name ? 'is there already' : `means "${owner}" of the plugin already`;
      const message = `the alias "${alias}" ${whose}`;
      faults.push({ kind, name, code: 'REGISTRATION_INVALID', path: '/aliases', message });
    }
  }
  return faults;
}

function refusal(plugin: RegisteredPlugin, faults: readonly RegistrationFault[]): AisopodError {
  const lines = faults
    .slice(0, SHOWN)
    .map(
      ({ kind, name, path, message }) => `  ${kind} "${name}"${path && ` at ${path}`}: ${message}`,
    );
  if (faults.length > SHOWN) lines.push(`  and ${faults.length - SHOWN} more`);
  const onlySchemas = faults.every(isOfSchema);
  return new AisopodError(
    onlySchemas ? 'SCHEMA_INVALID' : 'REGISTRATION_INVALID',
    `Plugin ${plugin.id} registers what breaks the rules, so the host refused all of it:\n` +
      lines.join('\n'),
    { details: { plugin: plugin.id, faults } },
  );
}
