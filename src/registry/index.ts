export type { RegistryDelta } from './delta.js';
export type { Dispatcher } from './dispatcher.js';
export type {
  Entry,
  LeftOut,
  PluginBatch,
  RegisteredPlugin,
  RegistryWarning,
  SpecProblem,
  Trust,
} from './entry.js';
export { Epoch } from './epoch.js';
export { judgeBatch, type RegistrationFault } from './judge.js';
export type {
  KindDefinition,
  KindDefinitions,
  NamePolicy,
  Registrar,
  SpecContext,
} from './kind-definition.js';
export type { KindHost, KindPart } from './kind-part.js';
export { foldName, NAME, nameProblem } from './names.js';
export type { PluginRegistry, PluginRegistrySnapshot, Registration } from './plugin-registry.js';
export { Registry, type RegistryChange } from './registry.js';
export type { RegistrySnapshot } from './snapshot.js';
export { SnapshotView } from './snapshot-view.js';
export { readSpec, specSchema } from './spec.js';
