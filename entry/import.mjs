// What import 'aisopod' loads where no condition of package.json led to dist: Node.js that doesn't know
// module-sync. dist is imported later than the check, since an old Node.js cannot even link it.
import nodeVersion from './node-version.cjs';

nodeVersion.check();
export const {
  AisopodError,
  ERROR_CODES,
  HOOK_NAMES,
  HOOKS,
  HOST_VERSION,
  PluginHost,
  RESERVED_NAMES,
  ROLES,
} = await import('../dist/index.js');
