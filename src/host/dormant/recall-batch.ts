import type { RawRegistration } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import type { Generation } from '../../instance/index.js';
import {
  type Entry,
  foldName,
  type KindDefinition,
  type KindDefinitions,
  type PluginBatch,
  type RegisteredPlugin,
  readSpec,
} from '../../registry/index.js';

/** A registration that judgeBatch() has accepted earlier, without its spec. */
export interface RecalledRegistration extends Pick<RawRegistration, 'kind' | 'name' | 'flags'> {
  /** As the entry had them. */
  readonly aliases: readonly string[];
}

/** The token of what no instance has registered yet: none is ever given away. */
export const NO_TOKEN = 0;

/**
 * Makes a batch of what a plugin registered earlier, of which judgeBatch() had nothing to say. A spec is read
 * when it is first needed, since most are not.
 *
 * @param specs JSON texts, in the order of `registrations`
 * @param generation whose calls wait until it has registered the same
 */
export function recallBatch(
  plugin: RegisteredPlugin,
  registrations: readonly RecalledRegistration[],
  specs: () => readonly string[],
  definitions: KindDefinitions,
  generation: Generation,
): PluginBatch {
  let texts: readonly string[] | null = null;
  const specOf = (at: number, registration: RecalledRegistration) => {
    texts ??= specs();
    const raw = { ...registration, token: NO_TOKEN, spec: texts[at] ?? '' };
    return readAgain(raw, definitions, plugin);
  };
  const seen = new Map<string, number>();
  const entries = registrations.map((registration, at): Entry => {
    const { kind, name, flags, aliases } = registration;
    const key = `${kind}:${foldName(name)}`;
    const ordinal = definitions.get(kind)?.names === 'repeatable' ? (seen.get(key) ?? 0) : 0;
    seen.set(key, ordinal + 1);
    let spec: object | null = null;
    return Object.freeze({
      kind,
      plugin,
      generation,
      name,
      fullName: `${plugin.id}:${name}`,
      aliases,
      ordinal,
      token: NO_TOKEN,
      flags,
      get spec() {
        spec ??= specOf(at, registration);
        return spec;
      },
    });
  });
  return { plugin, generation, entries, leftOut: [], warnings: [] };
}

/** @throws AisopodError INTERNAL when the spec, which was legal before, is not */
function readAgain(
  raw: RawRegistration,
  definitions: KindDefinitions,
  plugin: RegisteredPlugin,
): object {
  const { kind, name } = raw;
  const { spec, problems } = readSpec(definitions.get(kind) as KindDefinition, raw, plugin);
  const [problem] = problems;
  if (problem === undefined) return spec;
  throw new AisopodError(
    'INTERNAL',
    `The host accepted the ${kind} "${name}" of plugin ${plugin.id} before, and refuses it now: ` +
      `${problem.message}.`,
    { details: { plugin: plugin.id, kind, name } },
  );
}
