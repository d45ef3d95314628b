import { isAbsolute } from 'node:path';
import { readPrivateFile } from '../base/files/index.js';
import { isTable } from '../base/json/index.js';
import { show, showPath } from '../base/text/index.js';
import { expandTilde } from '../home/paths/index.js';

/** Where a secret is kept: `{ env = "NAME" }` or `{ file = "/path" }` in the configuration. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** A secret, or in words what stands in its place and what to do. */
export type Secret =
  | {
      readonly value: string;
      /** In words, who else can read it; null: only this user and root. */
      readonly exposed: string | null;
      readonly found: null;
      readonly hint: null;
    }
  | { readonly value: null; readonly found: string; readonly hint: string };

/** The reference that stands at the place of a secret; null when something else does. */
export function secretReference(value: unknown): SecretReference | null {
  if (!isTable(value)) return null;
  const entries = Object.entries(value);
  const [[key, name] = ['', null]] = entries;
  if (entries.length !== 1 || typeof name !== 'string' || name === '') return null;
  if (key === 'env') return { env: name };
  return key === 'file' ? { file: name } : null;
}

/** How a reference is shown: `env NAME` or `file /path`. */
export function showReference(reference: SecretReference): string {
  return 'env' in reference ? `env ${showPath(reference.env)}` : `file ${showPath(reference.file)}`;
}

/**
 * Fetches a secret. A file must be private, as readPrivateFile() judges; one line end at its end is no
 * part of the secret.
 */
export function fetchSecret(reference: SecretReference, env: NodeJS.ProcessEnv): Secret {
  const wrong = (found: string, hint: string): Secret => ({ value: null, found, hint });
  if ('env' in reference) {
    const value = env[reference.env];
    if (value !== undefined && value !== '') {
      return { value, exposed: null, found: null, hint: null };
    }
    const state = value === '' ? 'is empty' : 'is not set';
    return wrong(
      `the environment variable ${show(reference.env)}, which ${state}`,
      'set it where the host is started',
    );
  }
  const path = reference.file.startsWith('~') ? expandTilde(reference.file, env) : reference.file;
  const where = `the file ${showPath(path)}`;
  if (!isAbsolute(path)) return wrong(where, 'write an absolute path, or one that begins with ~/');
  const file = readPrivateFile(path);
  if (file.text === null) return wrong(`${where}, which is ${file.found}`, file.mend);
  const value = file.text.replace(/\r?\n$/, '');
  if (value === '') return wrong(`${where}, which is empty`, 'write the secret into it');
  const exposed = file.exposed === null ? null : `${where}; ${file.exposed}`;
  return { value, exposed, found: null, hint: null };
}
