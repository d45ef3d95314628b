import { AisopodError } from '../../base/errors/index.js';
import { HOST_VERSION } from '../../base/version.js';
import type { Config } from '../../config/index.js';
import type { Collected, HooksService } from '../../kinds/hooks/index.js';
import { readAmendments, type ToolAmendment, type ToolsService } from '../../kinds/tools/index.js';
import type { Registry } from '../../registry/index.js';

/** What the hooks of a start are about. */
interface StartedHost {
  readonly hooks: HooksService;
  readonly config: Config;
  readonly tools: ToolsService;
  readonly registry: Registry;
}

type KeepWarning = (plugin: string, warning: AisopodError) => void;

/**
 * Fires the hooks of a start, once, when all plugins that could be started are active: ConfigLoaded,
 * ToolRegistryBuild, whose answers change how tools are described, and DaemonServerRegister, whose
 * answers are for the embedder (`host.hooks.collected()`).
 */
export async function fireStartHooks(host: StartedHost, warn: KeepWarning): Promise<void> {
  const { hooks, registry } = host;
  if (hooks.current.ConfigLoaded !== null) {
    await hooks.invoke('ConfigLoaded', configPayload(host.config));
  }
  await buildToolRegistry(host, warn);
  if (hooks.current.DaemonServerRegister !== null) {
    const plugins = registry.snapshot.plugins.map(({ id, version }) => ({ id, version }));
    await hooks.collect('DaemonServerRegister', { hostVersion: HOST_VERSION, plugins });
  }
}

/**
 * Fires ToolRegistryBuild: how tools are described is what plugins answer now, and nothing of plugins
 * that have gone.
 */
export async function buildToolRegistry(
  { hooks, tools }: Pick<StartedHost, 'hooks' | 'tools'>,
  warn: KeepWarning,
): Promise<void> {
  if (hooks.current.ToolRegistryBuild === null) {
    tools.amend([]);
    return;
  }
  const shown = tools.listAsRegistered().map((tool) => {
    const { plugin, name, fullName, description, guideline } = tool;
    return { plugin, name, fullName, description, ...(guideline !== undefined && { guideline }) };
  });
  const collected = await hooks.collect('ToolRegistryBuild', { tools: shown });
  tools.amend(collected.flatMap((each) => amendmentsOf(each, tools, warn)));
}

/** Nothing that may hold secrets: an address of a registry, the configuration of plugins. */
function configPayload({ file, paths, strict, features, warnings }: Config) {
  return { file, paths, strict, features, warnings: warnings.length };
}

function amendmentsOf({ plugin, value }: Collected, tools: ToolsService, warn: KeepWarning) {
  try {
    return readAmendments(plugin, value, (name) => tools.get(name)?.fullName);
  } catch (cause) {
    const hook = 'ToolRegistryBuild';
    warn(
      plugin,
      new AisopodError(
        'HOOK_FAILED',
        `What ${plugin} answered to ${hook} is not used: ${(cause as Error).message}.`,
        { details: { plugin, hook, reason: 'broken' }, cause },
      ),
    );
    return [] as ToolAmendment[];
  }
}
