import { readFileSync } from 'node:fs';
import { showPath } from '../../../base/text/index.js';
import { bridge } from './bridge.js';

/**
 * Finds the library in which an address lies. The kernel knows that (Linux); to ask the loader of the
 * system would be to wait for what is being opened.
 *
 * @param address as the core reports the handler of a signal: `0x7f...`; other texts lie nowhere
 * @returns how messages name the library; null: it isn't known
 */
export function libraryAt(address: string): string | null {
  if (!address.startsWith('0x') || process.platform !== 'linux') return null;
  const wanted = BigInt(address);
  for (const line of maps()) {
    const [, begin, end, path] = /^([0-9a-f]+)-([0-9a-f]+) (?:\S+ +){4}(\/.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (wanted < BigInt(`0x${begin}`) || wanted >= BigInt(`0x${end}`)) continue;
    return bridge().originalOf(path) ?? showPath(path);
  }
  return null;
}

function maps(): string[] {
  try {
    return readFileSync('/proc/self/maps', 'utf8').split('\n');
  } catch {
    return [];
  }
}
