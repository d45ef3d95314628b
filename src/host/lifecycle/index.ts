export {
  type Dependency,
  type DependencyNode,
  type DependencyPlan,
  dependencyFailed,
  dependencyLevels,
} from './dependency-levels.js';
export { Lifecycle, type LifecycleChange } from './lifecycle.js';
export { isFailure, nextPhases, PHASES, type Phase } from './phases.js';
