export { Authority, type Credentials, ROLES } from './authority.js';
export { type Token, TokenFile } from './token-file.js';
