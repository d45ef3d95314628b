import { endianness } from 'node:os';
import koffi, { type TypeObject } from 'koffi';
import { ABI_MAJOR, ABI_MINOR, ENTRY_SYMBOL, PluginFlag } from '../../../abi/index.js';
import {
  DESCRIPTOR_SIZE_1_0,
  DescriptorBytes,
  DescriptorHead,
  DescriptorStruct,
} from '../../../abi/layout.js';
import { AisopodError } from '../../../base/errors/index.js';
import { showPath } from '../../../base/text/index.js';
import type { OpenedLibrary } from './open-library.js';

/** What a library says about itself: aisopod_plugin_desc, checked. */
export interface Descriptor {
  /** Where the copy of it lies that was checked; it does not change. */
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
  /** How to read the state that the plugin saves; null: it saves none. */
  readonly stateFormat: number | null;
  /** Bytes that the plugin's compiler gave it; nothing beyond is ever read. */
  readonly structSize: number;
}

/** What the manifest says, which the library must agree with. */
export interface Claimed {
  readonly id: string;
  readonly version: string;
  /** The manifest's file, for people. */
  readonly file: string;
}

const LITTLE = endianness() === 'LE';
const POINTER_BYTES = koffi.sizeof('void *');
const STRUCT_SIZE_MAX = 65_536;
const SIZE_UNIT = 4;
/** struct_size, abi_major and abi_minor: at the same place in every major. */
const HEAD_BYTES = 8;
const REQUIRED = ['create', 'on_register', 'destroy'] as const;
const KNOWN_FLAGS = PluginFlag.SINGLE;

/**
 * Reads the descriptor of an open library and checks it by the rules of plugin.h, size first. Bytes
 * behind the members of 1.0 belong to a later minor and are ignored: abi_minor_min decides.
 *
 * @throws AisopodError DESCRIPTOR_NULL, DESCRIPTOR_INVALID (with all faults at once), ABI_MAJOR,
 *   ABI_MINOR, DESCRIPTOR_MISMATCH
 */
export function readDescriptor(library: OpenedLibrary, claimed: Claimed): Descriptor {
  const path = library.what;
  const address = library.descriptor;
  if (address === null) throw nullError(path, claimed);

  const head = bytesAt(address, DescriptorHead);
  const structSize = head.u32('struct_size');
  if (structSize < HEAD_BYTES || structSize > STRUCT_SIZE_MAX) {
    throw invalid(path, [sizeFault(structSize)]);
  }
  const abiMajor = head.u16('abi_major');
  if (abiMajor !== ABI_MAJOR) throw majorError(path, abiMajor);
  if (structSize < DESCRIPTOR_SIZE_1_0 || structSize % SIZE_UNIT !== 0) {
    throw invalid(path, [sizeFault(structSize)]);
  }

  const members = bytesAt(address, DescriptorBytes);
  const abiMinorMin = members.u16('abi_minor_min');
  if (abiMinorMin > ABI_MINOR) throw minorError(path, abiMinorMin);
  const faults = faultsOf(members);
  const id = textAt(address, 'id');
  const version = textAt(address, 'version');
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
    build: members.isNull('build') ? null : textAt(address, 'build'),
    abiMajor,
    abiMinor: members.u16('abi_minor'),
    abiMinorMin,
    flags: members.u32('flags'),
    stateFormat: members.isNull('save_state') ? null : members.u32('state_format'),
    structSize,
  };
}

function faultsOf(members: Members): string[] {
  const faults = REQUIRED.filter((name) => members.isNull(name)).map(
    (name) => `${name} is NULL, but required`,
  );
  const saves = !members.isNull('save_state');
  const restores = !members.isNull('restore_state');
  if (saves && !restores) faults.push('save_state is there without restore_state');
  if (restores && !saves) faults.push('restore_state is there without save_state');
  const unknown = (members.u32('flags') & ~KNOWN_FLAGS) >>> 0;
  if (unknown !== 0) faults.push(`flags has unknown bits 0x${unknown.toString(16)}`);
  const reserved0 = members.u16('reserved0');
  const reserved1 = members.u32('reserved1');
  if (reserved0 !== 0) faults.push(`reserved0 is ${reserved0}, not 0`);
  if (reserved1 !== 0) faults.push(`reserved1 is ${reserved1}, not 0`);
  return faults;
}

function checkClaims(
  path: string,
  found: { readonly id: string; readonly version: string },
  { id, version, file }: Claimed,
): void {
  if (found.id === id && found.version === version) return;
  throw new AisopodError(
    'DESCRIPTOR_MISMATCH',
    `${path} calls itself ${found.id} ${found.version}, its manifest says ${id} ` +
      `${version}. Make both equal, in plugin.c or ${showPath(file)}, and build again.`,
    { details: { path, found: { ...found }, expected: { id, version } } },
  );
}

function nullError(path: string, { id, file }: Claimed): AisopodError {
  return new AisopodError(
    'DESCRIPTOR_NULL',
    `${path} does not serve the plugin id "${id}": its entry point returned NULL. Return a ` +
      `descriptor for that id from ${ENTRY_SYMBOL}(), or correct the id in ${showPath(file)}.`,
    { details: { path, plugin: id } },
  );
}

function sizeFault(structSize: number): string {
  return (
    `struct_size is ${structSize}, not a multiple of ${SIZE_UNIT} between ` +
    `${DESCRIPTOR_SIZE_1_0} and ${STRUCT_SIZE_MAX}`
  );
}

function invalid(path: string, faults: readonly string[]): AisopodError {
  return new AisopodError(
    'DESCRIPTOR_INVALID',
    `the descriptor of ${path} breaks rules of aisopod/plugin.h: ${faults.join('; ')}. ` +
      'Describe the plugin with AISOPOD_DESCRIBE, which sets what it need not, and build it again.',
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

const MEMBERS = [
  'struct_size',
  'abi_major',
  'abi_minor',
  'abi_minor_min',
  'reserved0',
  'flags',
  'state_format',
  'reserved1',
  'id',
  'version',
  'build',
  'create',
  'on_register',
  'destroy',
  'save_state',
  'restore_state',
] as const;
type Member = (typeof MEMBERS)[number];

const OFFSETS = Object.fromEntries(
  MEMBERS.map((name) => [name, koffi.offsetof(DescriptorStruct, name)]),
) as Record<Member, number>;

/** Members of a descriptor, copied out of it in one go. */
class Members {
  readonly #view: DataView;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  u16(name: Member): number {
    return this.#view.getUint16(OFFSETS[name], LITTLE);
  }

  u32(name: Member): number {
    return this.#view.getUint32(OFFSETS[name], LITTLE);
  }

  isNull(name: Member): boolean {
    const at = OFFSETS[name];
    if (this.#view.getUint32(at) !== 0) return false;
    return POINTER_BYTES === 4 || this.#view.getUint32(at + 4) === 0;
  }
}

function bytesAt(address: bigint, type: TypeObject): Members {
  return new Members(koffi.decode(address, type) as Uint8Array);
}

function textAt(address: bigint, name: 'id' | 'version' | 'build'): string | null {
  return koffi.decode(address, OFFSETS[name], 'str') as string | null;
}
