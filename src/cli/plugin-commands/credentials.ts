import { AisopodError } from '../../base/errors/index.js';
import type { PluginHost } from '../../host/index.js';
import type { CommandInfo } from '../../kinds/commands/index.js';
import { type Credentials, TokenFile } from '../../security/auth/index.js';
import type { Context } from '../command.js';

/**
 * Who runs a command: whoever brings AISOPOD_TOKEN, else the owner of the home, who is known by being
 * able to read its token. That is made when it is needed for the first time.
 *
 * @throws AisopodError TOKEN_UNUSABLE, HOME_UNWRITABLE; only for a command that requires authentication
 */
export function credentialsFor(
  { requireAuth }: CommandInfo,
  { home }: PluginHost,
  { env }: Context,
): Credentials | undefined {
  if (env.AISOPOD_TOKEN) return { token: env.AISOPOD_TOKEN };
  const file = new TokenFile(home.token);
  if (requireAuth) return { token: file.ensure().text };
  try {
    const token = file.read();
    return token === null ? undefined : { token: token.text };
  } catch (error) {
    // Who it is matters to what the command runs in turn, which will say so.
    if (AisopodError.is(error)) return undefined;
    throw error;
  }
}
