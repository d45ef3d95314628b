import type { RequestHandlers } from '../../instance/index.js';
import type { EventBusService } from '../../services/events/index.js';
import type { CrashGuard } from '../crashes/crash-guard.js';
import type { Dormancy } from '../dormant/index.js';
import type { HostCore } from '../host-core.js';
import type { NativeLibraries } from './choose-loader.js';

/** What starting plugins needs from the host. */
export interface StartContext {
  readonly core: HostCore;
  readonly bus: EventBusService;
  readonly requests: RequestHandlers;
  readonly libraries: NativeLibraries;
  /** null: no native plugin is started. */
  readonly guard: CrashGuard | null;
  /** null: no plugin waits until it is needed, and nothing is remembered of what plugins register. */
  readonly dormancy: Dormancy | null;
}
