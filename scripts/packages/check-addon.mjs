// What an addon that was built needs of the machine that runs it, read from its symbols.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { StepFailed } from '../run.mjs';

/** The version of Node-API that native/addon is written for; Node.js 20.19 has 9. */
const NODE_API = 8;

const { symbols } = createRequire(import.meta.url)('node-api-headers');

/**
 * Finds out what an ELF file needs.
 * @returns {{ glibc: string, glibcxx: string, libraries: readonly string[] }} the newest versions of symbols of
 *   glibc and of libstdc++, and the libraries
 * @throws StepFailed when it uses functions of Node.js outside of Node-API 8
 */
export function checkAddon(file) {
  const dynamic = readelf('--dynamic', file);
  const names = readelf('--dyn-syms', file);
  const libraries = Array.from(dynamic.matchAll(/\(NEEDED\).*\[(.+)\]/g), ([, name]) => name);
  const known = new Set(Object.values(symbols[`v${NODE_API}`]).flat());
  const undefinedNames = Array.from(names.matchAll(/ UND (\S+)/g), ([, name]) => name);
  const foreign = undefinedNames.filter((name) => isOfNode(name) && !known.has(name));
  if (foreign.length > 0) {
    throw new StepFailed(
      `${file} is not bound to Node-API ${NODE_API} alone: ${foreign.join(', ')}`,
    );
  }
  const newest = (prefix) => {
    const found = names.matchAll(new RegExp(`@${prefix}_([\\d.]+)`, 'g'));
    return Array.from(found, ([, version]) => version)
      .sort(compareVersions)
      .at(-1);
  };
  return { glibc: newest('GLIBC'), glibcxx: newest('GLIBCXX'), libraries };
}

/** Node-API, V8 and libuv are what an addon finds in Node.js. */
function isOfNode(name) {
  return /^(?:napi_|node_api_|uv_|_ZNK?2v8|_ZNK?4node)/.test(name);
}

/** Compares versions of symbols, such as 2.9 and 2.30, for sort(). */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const at = left.findIndex((number, index) => number !== right[index]);
  return at === -1 ? left.length - right.length : left[at] - (right[at] ?? -1);
}

function readelf(...args) {
  const { stdout, error } = spawnSync('readelf', ['--wide', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new StepFailed(`readelf cannot be run: ${error.message}`);
  return stdout;
}
