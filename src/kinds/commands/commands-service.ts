import { Status } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { checkFunction, checkSignal, checkTimeout, readMembers } from '../../base/json/index.js';
import { nearest, notFoundText, shortName } from '../../base/text/index.js';
import { within } from '../../base/time/index.js';
import {
  CallBounds,
  type CallContext,
  type InvokeOptions,
  lostCall,
} from '../../instance/index.js';
import type { Dispatcher, Entry, RegistrySnapshot } from '../../registry/index.js';
import type { Authority } from '../../security/auth/index.js';
import { type CommandInfo, specOf, toCommandInfo } from './command-info.js';
import { cleanArguments, commandParams } from './command-input.js';
import { CommandOutput } from './command-output.js';
import { type CommandResult, toCommandResult } from './command-result.js';
import type { CommandRunOptions, Commands } from './commands.js';
import type { WriteGate } from './write-gate.js';

// What was registered when a run began. Travels with the context: copies that the host or the embedder
// makes keep it, JSON leaves it out.
const BEGUN = Symbol('aisopod.command.snapshot');

interface Begun extends CallContext {
  readonly [BEGUN]?: RegistrySnapshot;
}

/** What the commands need from the host. */
export interface CommandsHost {
  readonly dispatcher: Dispatcher;
  readonly authority: Authority;
  readonly gate: WriteGate;
}

/** What is behind `host.commands`. */
export class CommandsService implements Commands {
  readonly #host: CommandsHost;

  constructor(host: CommandsHost) {
    this.#host = host;
  }

  list(): readonly CommandInfo[] {
    const snapshot = this.#host.dispatcher.snapshot;
    return snapshot.list('command').map((entry) => infoOf(entry, snapshot));
  }

  get(name: string): CommandInfo | undefined {
    const snapshot = this.#host.dispatcher.snapshot;
    const entry = snapshot.resolve('command', String(name));
    return entry && infoOf(entry, snapshot);
  }

  async run(name: string, given: CommandRunOptions = {}): Promise<CommandResult> {
    const options = runOptions(name, given);
    // What a command runs in turn sees the same as itself.
    const snapshot =
      (options.context as Begun | undefined)?.[BEGUN] ?? this.#host.dispatcher.snapshot;
    const entry = this.#find(name, snapshot);
    const { fullName, token } = entry;
    const { requireAuth, stdin: reads } = specOf(entry);
    const role = this.#roleFor(fullName, requireAuth, options);
    const args = cleanArguments(fullName, options.args ?? []);
    const params = commandParams(fullName, args, options.stdin, reads);
    const waits = entry.generation.waits(`command ${entry.name}`, options.context);
    if (waits !== null) return this.#runAfter(waits, entry, { ...options, args });
    const { instance, callMs } = entry.generation.route();
    const output = new CommandOutput(fullName, options.onOutput);
    const { role: _, ...others } = options.context ?? {};
    const context: Begun = Object.freeze({
      ...others,
      ...(role !== undefined && { role }),
      [BEGUN]: snapshot,
    });
    const limits = limitsOf(fullName, options, callMs);
    const endsAt = performance.now() + limits.timeoutMs;
    const invoke: InvokeOptions = {
      ...limits,
      context,
      onChunk: (chunk) => output.chunk(chunk),
      onProgress: options.onProgress,
    };
    return this.#host.gate.during(fullName, async () => {
      const answer = await instance.invoke(token, 'invoke', params, invoke);
      const result = toCommandResult(answer, output, entry);
      if (options.onOutput === undefined) return result;
      // The plugin has answered, so only the reader can still take its time.
      const lost = (status: number, why: string) => lostCall(entry.plugin.id, status, why);
      return within(result, {
        limitMs: endsAt - performance.now(),
        signal: limits.signal,
        late: () => lost(Status.DEADLINE, `the output of ${fullName} was not read in time`),
        cancelled: () => lost(Status.CANCELLED, 'the caller cancelled the run'),
      });
    });
  }

  /** As run(), once the plugin takes calls again; the caller waits for both together. */
  async #runAfter(
    waits: Promise<void>,
    { fullName, generation }: Entry,
    options: CommandRunOptions,
  ): Promise<CommandResult> {
    const { timeoutMs, signal } = limitsOf(fullName, options, generation.limits.callMs);
    const bounds = new CallBounds(fullName, timeoutMs, signal);
    await bounds.within(waits);
    generation.assertFollowed();
    bounds.assertGoing();
    return this.run(fullName, { ...options, timeoutMs: bounds.remainingMs });
  }

  #find(name: string, snapshot: RegistrySnapshot): Entry {
    const entry = snapshot.resolve('command', String(name));
    if (entry !== undefined) {
      if (!entry.generation.isRetired) return entry;
      // The plugin may have been reloaded since the snapshot was made.
      return this.#host.dispatcher.snapshot.successorOf(entry) ?? entry;
    }
    this.#host.dispatcher.assertOpen();
    const given = shortName(name);
    const similar = nearest(given, snapshot.names('command'));
    const message = notFoundText('command', given, {
      similar,
      owner: this.#host.dispatcher.whyAbsent('command', String(name)),
      list: 'aisopod commands list',
    });
    throw new AisopodError('COMMAND_NOT_FOUND', message, { details: { command: given, similar } });
  }

  /** Who runs it. Where no authentication is required, a token that can't be judged counts as none. */
  #roleFor(
    fullName: string,
    requireAuth: boolean,
    { auth, context }: CommandRunOptions,
  ): string | undefined {
    const { authority } = this.#host;
    if (requireAuth) return authority.require(`Running ${fullName}`, auth, context?.role);
    try {
      return authority.roleOf(auth, context?.role);
    } catch {
      return undefined;
    }
  }
}

const RUN_OPTIONS = [
  'args',
  'stdin',
  'auth',
  'context',
  'signal',
  'timeoutMs',
  'onOutput',
  'onProgress',
] as const;

/** @throws AisopodError USAGE */
function runOptions(name: string, given: CommandRunOptions): CommandRunOptions {
  const what = `a run of ${shortName(name)}`;
  const options = readMembers(what, given, RUN_OPTIONS);
  checkFunction(what, 'onOutput', options.onOutput);
  checkFunction(what, 'onProgress', options.onProgress);
  checkSignal(what, options.signal);
  return options;
}

function infoOf(entry: Entry, snapshot: RegistrySnapshot): CommandInfo {
  return toCommandInfo(entry, snapshot.resolve('command', entry.name) === entry);
}

/** @throws AisopodError USAGE, CALL_CANCELLED */
function limitsOf(
  fullName: string,
  { signal, timeoutMs }: CommandRunOptions,
  callMs: number,
): Pick<InvokeOptions, 'signal' | 'timeoutMs'> {
  if (timeoutMs !== undefined) checkTimeout(`a run of ${fullName}`, timeoutMs);
  if (signal?.aborted) {
    throw new AisopodError(
      'CALL_CANCELLED',
      `The run of ${fullName} was cancelled before it began.`,
      {
        details: { command: fullName },
        cause: signal.reason,
      },
    );
  }
  return { signal, timeoutMs: timeoutMs ?? callMs };
}
