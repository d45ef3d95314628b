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
export { Registry } from './registry.js';
export type { RegistrySnapshot } from './snapshot.js';
