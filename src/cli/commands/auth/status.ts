import { AisopodError } from '../../../base/errors/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import { TokenFile } from '../../../security/auth/index.js';
import type { Command, Context } from '../../command.js';
import { type Fact, formatFactLines, formatSections } from '../../output/facts.js';
import { printJson } from '../../output/json.js';

/** How it stands with the token of the home. */
interface AuthStatus {
  readonly authenticated: boolean;
  /** Where the token comes from that is brought. */
  readonly source: 'file' | 'AISOPOD_TOKEN';
  readonly file: string;
  /** `missing` is no fault: one is made when it is needed. */
  readonly state: 'good' | 'missing' | 'unusable';
  readonly madeAt: Date | null;
  /** Why not. */
  readonly reason: string | null;
}

export const command: Command = {
  about: `
Says whether you may run commands that require authentication. The token of the home lies in a file
that only its owner can read, so the owner need not do anything; AISOPOD_TOKEN goes before it. The
token itself is never shown. Exit code 1 means that you are not authenticated.

In a pipe: one line for each fact, with section, name and value, separated by tabs.
With --json: {"auth":{"authenticated","source","file","state","madeAt","reason"}}; state is good,
missing (it is made when it is needed) or unusable, madeAt and reason may be null.`,
  examples: [
    ['aisopod auth status', 'who you are for the commands of plugins'],
    ['AISOPOD_TOKEN=... aisopod auth status --json', 'whether that token counts'],
  ],
  async run(context) {
    const { stdout, style, options } = context;
    const status = statusOf(context);
    if (options.json) await printJson(stdout, { auth: status });
    else {
      const sections = [{ title: 'Authentication', facts: factsOf(status) }];
      await stdout.write(
        stdout.isTTY
          ? formatSections(sections, { style, columns: stdout.columns })
          : formatFactLines(sections),
      );
    }
    return status.authenticated ? 0 : 1;
  },
};

function statusOf({ options, env }: Context): AuthStatus {
  const file = new TokenFile(resolveHome({ home: options.home, env }).token);
  const given = env.AISOPOD_TOKEN;
  const source = given ? 'AISOPOD_TOKEN' : 'file';
  const about = { source, file: file.path } as const;
  try {
    const token = file.read();
    const matches = given ? file.matches(given) : true;
    return {
      authenticated: matches,
      ...about,
      state: token === null ? 'missing' : 'good',
      madeAt: token?.madeAt ?? null,
      reason: matches ? null : 'AISOPOD_TOKEN is not the token of this home',
    };
  } catch (error) {
    if (!AisopodError.is(error) || error.code !== 'TOKEN_UNUSABLE') throw error;
    const { message: reason } = error;
    return { authenticated: false, ...about, state: 'unusable', madeAt: null, reason };
  }
}

function factsOf({ authenticated, source, file, state, madeAt, reason }: AuthStatus): Fact[] {
  const facts: Fact[] = [
    ['authenticated', authenticated ? 'yes' : 'no'],
    ['by', source],
    ['file', file],
    ['state', state === 'missing' ? 'missing (it is made when it is needed)' : state],
  ];
  if (madeAt !== null) facts.push(['made', madeAt.toISOString()]);
  if (reason !== null) facts.push(['reason', reason]);
  return facts;
}
