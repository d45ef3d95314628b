export type { RegistryDelta } from './delta.js';
export type { Dispatcher } from './dispatcher.js';
export type {
  Entry,
  ParsedSpec,
  PluginBatch,
  RegisteredPlugin,
  RegistryWarning,
  SpecParser,
  SpecParsers,
  SpecProblem,
  Trust,
} from './entry.js';
export { Epoch } from './epoch.js';
export { judgeBatch, type RegistrationFault } from './judge.js';
export { foldName, nameProblem } from './names.js';
export { Registry, type RegistryChange } from './registry.js';
export type { RegistrySnapshot } from './snapshot.js';
export { SnapshotView } from './snapshot-view.js';
