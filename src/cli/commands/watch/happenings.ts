import type { AisopodError } from '../../../base/errors/index.js';
import type { HostListener, PluginHost } from '../../../host/index.js';
import { isFailure } from '../../../host/plugins/phases.js';

type Phases = HostListener<'phase'>;

/** What a line is about. */
export type Kind =
  | 'started'
  | 'reloaded'
  | 'ended'
  | 'failed'
  | 'disabled'
  | 'configured'
  | 'warning'
  | 'error';

/** One thing that happens while a host runs. */
export interface Happening {
  readonly event: Kind;
  /** Id, or the path of what has none; null: it concerns no single plugin. */
  readonly plugin: string | null;
  readonly version: string | null;
  /** A sentence, or the keys of a configuration. */
  readonly reason: string | null;
  /** Of an error; else null. */
  readonly code: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Reports what happens in a host, as it happens. A plugin that is reloaded is reported once, when all of it
 * is done.
 * @returns ends it
 */
export function happenings(host: PluginHost, report: (happening: Happening) => void): () => void {
  const say = (
    event: Kind,
    plugin: string | null,
    error: Pick<AisopodError, 'code' | 'message'> | null,
    reason = error?.message ?? null,
  ) => {
    const version = plugin === null ? null : (host.plugins.get(plugin)?.version ?? null);
    const code = error?.code ?? null;
    report({ event, plugin, version, reason, code, at: new Date().toISOString() });
  };
  const onPhase: Phases = ({ id, from, to, reason }) => {
    if (to === 'active') say(from === 'draining' ? 'reloaded' : 'started', id, reason);
    else if (to === 'unloaded' && from !== 'shadowed') say('ended', id, reason);
    else if (to === 'disabled') say('disabled', id, reason);
    else if (isFailure(to)) say('failed', id, reason);
  };
  const onConfig: HostListener<'configChanged'> = ({ plugin, keys }) =>
    say('configured', plugin, null, keys.join(', '));
  const onWarning: HostListener<'warning'> = (plugin, warning) => say('warning', plugin, warning);
  const onConfigError: HostListener<'configError'> = (plugin, error) => say('error', plugin, error);
  const onWatchError: HostListener<'watchError'> = (error) => say('error', null, error);
  const { events } = host;
  events.on('phase', onPhase).on('configChanged', onConfig).on('warning', onWarning);
  events.on('configError', onConfigError).on('watchError', onWatchError);
  return () => {
    events.off('phase', onPhase).off('configChanged', onConfig).off('warning', onWarning);
    events.off('configError', onConfigError).off('watchError', onWatchError);
  };
}
