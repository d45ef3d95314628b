export { Authority, type Credentials, ROLES } from './authority.js';
export { isToken, makeToken, type Token, TokenFile } from './token-file.js';
