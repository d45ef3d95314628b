import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileLibrary, temporaryFolder } from '../support/compile-library.js';
import { type ToolCode, toolSource } from './tool-source.js';

export interface PluginFolder extends ToolCode {
  /** The directory it is put into; else a new one. */
  readonly under?: string;
  /** After `[plugin]` of the manifest; else the tool is listed. */
  readonly manifest?: string;
}

/** Builds a plugin with one tool, and returns its folder. */
export function writePlugin(plugin: PluginFolder): string {
  const { id, under = temporaryFolder(), manifest = '[capabilities]\ntools = ["run"]' } = plugin;
  const folder = join(under, id);
  mkdirSync(folder, { mode: 0o755 });
  compileLibrary(join(folder, `${id}.so`), toolSource(plugin), ['-pthread']);
  writeFileSync(
    join(folder, 'aisopod.plugin.toml'),
    `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "${id}.so"\n${manifest}\n`,
  );
  return folder;
}
