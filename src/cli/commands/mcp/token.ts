import { resolve } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { shellWord } from '../../../base/text/index.js';
import { isToken, makeToken, TokenFile } from '../../../security/auth/index.js';
import type { Context } from '../../command.js';

const VARIABLE = 'AISOPOD_MCP_TOKEN';

/** What clients have to show, and where the user finds it; null: nowhere else, so it is printed. */
export interface ClientToken {
  readonly text: string;
  readonly from: string | null;
}

/**
 * The token of clients over HTTP: of --token-file, which is made if it is not there, else of the environment, else a
 * new one.
 * @throws AisopodError TOKEN_UNUSABLE, HOME_UNWRITABLE
 */
export function clientToken({ options, env }: Pick<Context, 'options' | 'env'>): ClientToken {
  const { 'token-file': file } = options;
  if (file !== undefined) {
    const path = resolve(file);
    const { text } = new TokenFile(path, `rm ${shellWord(path)}`).ensure();
    return { text, from: path };
  }
  const given = env[VARIABLE];
  if (given === undefined || given === '') return { text: makeToken(), from: null };
  if (isToken(given)) return { text: given, from: `the environment variable ${VARIABLE}` };
  throw new AisopodError(
    'TOKEN_UNUSABLE',
    `The environment variable ${VARIABLE} holds no token: it must have 32 to 512 visible characters of ` +
      `ASCII. Make one with: export ${VARIABLE}="$(openssl rand -hex 32)"`,
    { details: { variable: VARIABLE } },
  );
}
