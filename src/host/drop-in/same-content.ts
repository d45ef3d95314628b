import { readdirSync, realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { jsonText } from '../../base/json/index.js';
import type { LibraryFacts } from '../../instance/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import { type PluginManifest, toRecord } from '../../packages/manifest/index.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';

const PIECE_BYTES = 1024 * 1024;

/** A library under the name that it is opened by, with or without its version. */
const LIBRARY = /\.(?:so(?:\.\d+)*|dylib|dll)$/i;

/** As many entries of a folder as a scan checks. */
const MOST_ENTRIES = 512;

/**
 * Whether a plugin that runs would come out the same if it were opened from a finding. Of a dormant one, whether
 * what it registered before may still stand for it.
 */
export async function hasSameContent(plugin: Plugin, { found }: Finding): Promise<boolean> {
  const { manifest, path, contents } = found;
  if (plugin.isDormant) {
    const before = plugin.found;
    return contents !== null && contents.digest === before.contents?.digest && path === before.path;
  }
  const library = plugin.newest?.library ?? null;
  // Code of the plugin may know the path of its folder.
  if (manifest === null || library === null || path !== plugin.found.path) return false;
  if (!isSameManifest(plugin.manifest, manifest)) return false;
  return isSameCode(library, found).catch(() => false); // a folder is gone
}

function isSameManifest(before: PluginManifest, now: PluginManifest): boolean {
  return jsonText(toRecord(before)) === jsonText(toRecord(now));
}

/** Compares the libraries of a plugin with the private copies that were opened. */
async function isSameCode({ opened }: LibraryFacts, { path, entry }: DiscoveredPlugin) {
  if (entry === null || !(await isSameFile(entry.real, opened))) return false;
  // What lies loose in a directory stands alone.
  if (path === entry.path) return true;
  const folder = realpathSync.native(path);
  const name = relative(folder, entry.real);
  if (!opened.endsWith(name)) return true;
  const copies = opened.slice(0, -name.length);
  for (const each of new Set([...librariesIn(folder), ...librariesIn(copies)])) {
    if (each !== name && !(await isSameFile(join(folder, each), join(copies, each)))) return false;
  }
  return true;
}

/** The libraries in a folder, relative to it. */
function librariesIn(folder: string): string[] {
  const found: string[] = [];
  const folders = [''];
  let left = MOST_ENTRIES;
  for (let within = folders.shift(); within !== undefined; within = folders.shift()) {
    for (const entry of readdirSync(join(folder, within), { withFileTypes: true })) {
      if (entry.name === '.git') continue;
      if (left-- === 0) return found;
      const name = join(within, entry.name);
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile() && LIBRARY.test(entry.name)) found.push(name);
    }
  }
  return found;
}

/** Whether two files hold the same bytes; false when either cannot be read. */
async function isSameFile(path: string, other: string): Promise<boolean> {
  const files: FileHandle[] = [];
  try {
    for (const each of [path, other]) files.push(await open(each));
    const [a, b] = files as [FileHandle, FileHandle];
    const { size } = await a.stat();
    if ((await b.stat()).size !== size) return false;
    const [left, right] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const { bytesRead } = await a.read(left, 0, PIECE_BYTES, at);
      const { bytesRead: others } = await b.read(right, 0, PIECE_BYTES, at);
      if (bytesRead !== others) return false;
      if (left.compare(right, 0, others, 0, bytesRead) !== 0) return false;
    }
    return true;
  } catch {
    return false;
  } finally {
    for (const each of files) await each.close();
  }
}
