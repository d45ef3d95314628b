import { AisopodError } from '../../base/errors/index.js';
import { show } from '../../base/text/index.js';
import type { TokenFile } from './token-file.js';

/** How a caller shows who it is: the home's token, or a role that an embedder vouches for. */
export type Credentials = { readonly token: string } | { readonly role: string };

/** The roles that may do what requires authentication: who has the token, and who runs the host. */
export const ROLES: readonly string[] = ['owner', 'admin'];

/** Decides who may do what requires authentication. */
export class Authority {
  readonly #tokens: TokenFile;

  constructor(tokens: TokenFile) {
    this.#tokens = tokens;
  }

  /**
   * Who a caller is.
   * @param known the role that the context of a call carries already
   * @returns undefined when it doesn't say, or brings a token that is not the home's
   * @throws AisopodError TOKEN_UNUSABLE
   */
  roleOf(credentials: Credentials | undefined, known: string | undefined): string | undefined {
    if (credentials === undefined) return known;
    // Embedders in JavaScript hand over anything.
    const { role, token } = Object(credentials) as { role?: unknown; token?: unknown };
    if (typeof role === 'string') return role;
    return typeof token === 'string' && this.#tokens.matches(token) ? 'owner' : undefined;
  }

  /**
   * Lets only the authenticated pass.
   * @param what is to be done, for messages: `Running x:y`
   * @returns the caller's role, one of ROLES
   * @throws AisopodError AUTH_REQUIRED when nothing was brought, AUTH_REFUSED when it isn't enough,
   *   TOKEN_UNUSABLE
   */
  require(what: string, credentials: Credentials | undefined, known: string | undefined): string {
    const role = this.roleOf(credentials, known);
    if (role !== undefined && ROLES.includes(role)) return role;
    if (credentials === undefined && role === undefined) {
      throw new AisopodError(
        'AUTH_REQUIRED',
        `${what} requires authentication. Give the token of the home, or one of the roles ` +
          `${ROLES.join(', ')}.`,
        { details: { roles: ROLES } },
      );
    }
    const found =
      role === undefined
        ? `The given token is not the token of this home (${this.#tokens.path}).`
        : `The role ${show(role)} is not one of ${ROLES.join(', ')}.`;
    throw new AisopodError('AUTH_REFUSED', `${what} is refused. ${found}`, {
      details: role === undefined ? {} : { role, roles: ROLES },
    });
  }
}
