// What an addon that was built needs of the machine that runs it, read from its symbols.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { StepFailed } from '../run.mjs';

/** The version of Node-API that native/addon is written for; Node.js 20.19 has 9. */
const NODE_API = 8;

const { symbols } = createRequire(import.meta.url)('node-api-headers');

/**
 * Finds out what an ELF file needs.
 * @returns {{ glibc: string, libraries: readonly string[] }} the newest version of glibc, and the libraries
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
  const versions = Array.from(names.matchAll(/@GLIBC_([\d.]+)/g), ([, version]) => version);
  return { glibc: versions.sort(compare).at(-1), libraries };
}

/** Node-API, V8 and libuv are what an addon finds in Node.js. */
function isOfNode(name) {
  return /^(?:napi_|node_api_|uv_|_ZNK?2v8|_ZNK?4node)/.test(name);
}

function compare(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return left[0] - right[0] || left[1] - right[1];
}

function readelf(...args) {
  const { stdout, error } = spawnSync('readelf', ['--wide', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw new StepFailed(`readelf cannot be run: ${error.message}`);
  return stdout;
}
