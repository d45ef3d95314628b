import koffi, { type TypeObject } from 'koffi';
import { ABI_MAJOR, ABI_MINOR, PluginFlag } from '../../abi/index.js';
import { DESCRIPTOR_SIZE_1_0, DescriptorStruct } from '../../abi/layout.js';
import { AisopodError } from '../../errors/index.js';
import type { OpenedLibrary } from './open-library.js';

/** What a library says about itself: aisopod_plugin_desc, checked. */
export interface Descriptor {
  /** Where it lies; static storage of a library that is never closed. */
  readonly address: bigint;
  readonly id: string;
  readonly version: string;
  /** Free text of its author; null when there is none. */
  readonly build: string | null;
  readonly abiMajor: number;
  readonly abiMinor: number;
  /** The oldest minor version of a host with which the plugin works. */
  readonly abiMinorMin: number;
  /** PluginFlag bits. */
  readonly flags: number;
  /** Bytes that the plugin's compiler gave it; nothing beyond is ever read. */
  readonly structSize: number;
}

/** What the manifest says, which the library must agree with. */
export interface Claimed {
  readonly id: string;
  readonly version: string;
}

const STRUCT_SIZE_MAX = 65_536;
/** struct_size, abi_major and abi_minor: at the same place in every major. */
const HEAD_BYTES = 8;
const REQUIRED = ['create', 'on_register', 'destroy'] as const;
const KNOWN_FLAGS = PluginFlag.SINGLE;

/**
 * Asks an open library for its descriptor and checks it by the rules of plugin.h, size first.
 *
 * @throws AisopodError DESCRIPTOR_NULL, DESCRIPTOR_INVALID (with all faults at once), ABI_MAJOR,
 *   ABI_MINOR, DESCRIPTOR_MISMATCH
 */
export function readDescriptor(library: OpenedLibrary, claimed: Claimed): Descriptor {
  const path = library.what;
  const address = library.entry();
  if (address === null) {
    throw new AisopodError(
      'DESCRIPTOR_NULL',
      `the entry point of ${path} returned NULL; it must return a static aisopod_plugin_desc.`,
      { details: { path } },
    );
  }

  const structSize = numberAt(address, 'struct_size', 'uint32_t');
  if (structSize < HEAD_BYTES || structSize > STRUCT_SIZE_MAX) {
    throw invalid(path, [sizeFault(structSize)]);
  }
  const abiMajor = numberAt(address, 'abi_major', 'uint16_t');
  if (abiMajor !== ABI_MAJOR) throw majorError(path, abiMajor);
  if (structSize < DESCRIPTOR_SIZE_1_0) throw invalid(path, [sizeFault(structSize)]);

  const abiMinorMin = numberAt(address, 'abi_minor_min', 'uint16_t');
  if (abiMinorMin > ABI_MINOR) throw minorError(path, abiMinorMin);
  const flags = numberAt(address, 'flags', 'uint32_t');
  const id = textAt(address, 'id');
  const version = textAt(address, 'version');
  const faults = faultsOf(address, flags);
  if (id === null || version === null || faults.length > 0) {
    if (version === null) faults.unshift('version is NULL');
    if (id === null) faults.unshift('id is NULL');
    throw invalid(path, faults);
  }
  checkClaims(path, { id, version }, claimed);

  return {
    address,
    id,
    version,
    build: textAt(address, 'build'),
    abiMajor,
    abiMinor: numberAt(address, 'abi_minor', 'uint16_t'),
    abiMinorMin,
    flags,
    structSize,
  };
}

function faultsOf(address: bigint, flags: number): string[] {
  const faults = REQUIRED.filter((name) => pointerAt(address, name) === null).map(
    (name) => `${name} is NULL, but required`,
  );
  const saves = pointerAt(address, 'save_state') !== null;
  const restores = pointerAt(address, 'restore_state') !== null;
  if (saves && !restores) faults.push('save_state is there without restore_state');
  if (restores && !saves) faults.push('restore_state is there without save_state');
  const unknown = (flags & ~KNOWN_FLAGS) >>> 0;
  if (unknown !== 0) faults.push(`flags has unknown bits 0x${unknown.toString(16)}`);
  const reserved = numberAt(address, 'reserved0', 'uint16_t');
  if (reserved !== 0) faults.push(`reserved0 is ${reserved}, not 0`);
  return faults;
}

function checkClaims(path: string, found: Claimed, claimed: Claimed): void {
  if (found.id === claimed.id && found.version === claimed.version) return;
  throw new AisopodError(
    'DESCRIPTOR_MISMATCH',
    `${path} calls itself ${found.id} ${found.version}, its manifest says ${claimed.id} ` +
      `${claimed.version}. Make both equal, in plugin.c or aisopod.plugin.toml, and build again.`,
    { details: { path, found: { ...found }, expected: { ...claimed } } },
  );
}

function sizeFault(structSize: number): string {
  return (
    `struct_size is ${structSize}, not between ${DESCRIPTOR_SIZE_1_0} and ${STRUCT_SIZE_MAX}; ` +
    'begin the descriptor with AISOPOD_DESC_HEAD'
  );
}

function invalid(path: string, faults: readonly string[]): AisopodError {
  return new AisopodError(
    'DESCRIPTOR_INVALID',
    `the descriptor of ${path} breaks rules of aisopod/plugin.h: ${faults.join('; ')}. ` +
      'Correct the aisopod_plugin_desc of the plugin and build it again.',
    { details: { path, faults } },
  );
}

function majorError(path: string, found: number): AisopodError {
  return new AisopodError(
    'ABI_MAJOR',
    `${path} is built for ABI major ${found}; this host speaks major ${ABI_MAJOR}. ` +
      'Build it against the aisopod/plugin.h of this host (aisopod sdk path).',
    { details: { path, found, expected: ABI_MAJOR } },
  );
}

function minorError(path: string, needs: number): AisopodError {
  return new AisopodError(
    'ABI_MINOR',
    `${path} needs ABI ${ABI_MAJOR}.${needs} or newer; this host has ${ABI_MAJOR}.${ABI_MINOR}. ` +
      'Use a newer aisopod, or build the plugin with a lower abi_minor_min.',
    { details: { path, found: needs, expected: ABI_MINOR } },
  );
}

function memberAt(address: bigint, member: string, type: string | TypeObject): unknown {
  return koffi.decode(address, koffi.offsetof(DescriptorStruct, member), type);
}

function numberAt(address: bigint, member: string, type: 'uint16_t' | 'uint32_t'): number {
  return memberAt(address, member, type) as number;
}

function pointerAt(address: bigint, member: string): bigint | null {
  return memberAt(address, member, 'void *') as bigint | null;
}

function textAt(address: bigint, member: string): string | null {
  return memberAt(address, member, 'str') as string | null;
}
