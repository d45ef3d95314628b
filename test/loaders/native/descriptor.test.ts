import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginFlag } from '../../../src/abi/index.js';
import { type AisopodError, AisopodError as Errors } from '../../../src/errors/index.js';
import { readDescriptor } from '../../../src/loaders/native/descriptor.js';
import { openLibrary } from '../../../src/loaders/native/open-library.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();
const claimed = { id: 'sample', version: '1.0.0' };
let count = 0;

async function open(source: string) {
  const path = compileLibrary(join(folder, `plugin-${++count}.so`), source);
  return openLibrary(path, { limitMs: 10_000, original: 'plugin.so' });
}

async function refusal(source: string): Promise<AisopodError> {
  const library = await open(source);
  try {
    readDescriptor(library, claimed);
  } catch (error) {
    if (Errors.is(error)) return error;
    throw error;
  }
  throw new Error('the descriptor was accepted');
}

/** A descriptor of which some members are other than they should be. */
const withMembers = (members: Record<string, string>) => {
  const all = {
    struct_size: 'sizeof(aisopod_plugin_desc)',
    abi_major: 'AISOPOD_ABI_MAJOR',
    id: '"sample"',
    version: '"1.0.0"',
    create: 'create',
    on_register: 'on_register',
    destroy: 'destroy',
    ...members,
  };
  return Object.entries(all)
    .map(([name, value]) => `.${name} = ${value}`)
    .join(', ');
};
const changed = (members: Record<string, string>, extra = '') =>
  pluginSource({ desc: withMembers(members), extra });

describe('a descriptor that keeps the rules', () => {
  test('is read', async () => {
    const library = await open(pluginSource());
    const descriptor = readDescriptor(library, claimed);
    expect(descriptor).toEqual({
      address: library.entry(),
      id: 'sample',
      version: '1.0.0',
      build: 'test',
      abiMajor: 1,
      abiMinor: 0,
      abiMinorMin: 0,
      flags: 0,
      structSize: 112,
    });
  });

  test('may have no build text, and a flag', async () => {
    const library = await open(changed({ flags: 'AISOPOD_PLUGIN_SINGLE' }));
    const { build, flags } = readDescriptor(library, claimed);
    expect({ build, flags }).toEqual({ build: null, flags: PluginFlag.SINGLE });
  });

  test('may be of a newer minor, and longer', async () => {
    const members = { struct_size: 'sizeof(aisopod_plugin_desc) + 64', abi_minor: '7' };
    const descriptor = readDescriptor(await open(changed(members)), claimed);
    expect(descriptor).toMatchObject({ abiMinor: 7, structSize: 176 });
  });
});

describe('a descriptor that breaks a rule is refused', () => {
  test('NULL', async () => {
    const error = await refusal('void *aisopod_plugin_v1(void) { return 0; }');
    expect(error.code).toBe('DESCRIPTOR_NULL');
    expect(error.message).toContain('plugin.so');
  });

  test.each([0, 4, 104, 65537, 0xffffffff])('struct_size %i', async (size) => {
    const error = await refusal(changed({ struct_size: `${size}u` }));
    expect(error.code).toBe('DESCRIPTOR_INVALID');
    expect(error.message).toContain(`struct_size is ${size},`);
  });

  test.each([
    [{ create: '0' }, 'create is NULL'],
    [{ on_register: '0' }, 'on_register is NULL'],
    [{ destroy: '0' }, 'destroy is NULL'],
    [{ id: '0' }, 'id is NULL'],
    [{ version: '0' }, 'version is NULL'],
    [{ flags: '0x80000002u' }, 'flags has unknown bits 0x80000002'],
    [{ reserved0: '3' }, 'reserved0 is 3'],
    [{ save_state: '(void *)create' }, 'save_state is there without restore_state'],
    [{ restore_state: '(void *)create' }, 'restore_state is there without save_state'],
  ])('%o', async (members, fault) => {
    const error = await refusal(changed(members as Record<string, string>));
    expect(error.code).toBe('DESCRIPTOR_INVALID');
    expect(error.message).toContain(fault);
    expect(error.details).toMatchObject({ faults: [expect.stringContaining(fault)] });
  });

  test('with all its faults at once', async () => {
    const error = await refusal(changed({ id: '0', create: '0', reserved0: '1' }));
    expect(error.details).toMatchObject({
      faults: ['id is NULL', 'create is NULL, but required', 'reserved0 is 1, not 0'],
    });
  });

  test('another major version, whatever else it says', async () => {
    const error = await refusal(changed({ abi_major: '3', struct_size: '16' }));
    expect(error.code).toBe('ABI_MAJOR');
    expect(error.message).toMatch(/major 3; this host speaks major 1/);
  });

  test('a minor version that this host does not have', async () => {
    const error = await refusal(changed({ abi_minor: '9', abi_minor_min: '5' }));
    expect(error.code).toBe('ABI_MINOR');
    expect(error.message).toContain('needs ABI 1.5 or newer; this host has 1.0');
  });

  test.each([
    [{ id: '"other"' }, 'other 1.0.0'],
    [{ version: '"1.0.1"' }, 'sample 1.0.1'],
  ])('%o where the manifest says something else', async (members, found) => {
    const error = await refusal(changed(members as Record<string, string>));
    expect(error.code).toBe('DESCRIPTOR_MISMATCH');
    expect(error.message).toContain(`calls itself ${found}`);
    expect(error.message).toContain('its manifest says sample 1.0.0');
  });

  test('and never read beyond the size that it gives', async () => {
    // Its last page is followed by one that may not be read.
    const source = `
      #include <sys/mman.h>
      #include <unistd.h>
      #include <stdint.h>
      void *aisopod_plugin_v1(void) {
        long page = sysconf(_SC_PAGESIZE);
        char *at = mmap(0, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(at + page, page, PROT_NONE);
        uint32_t *desc = (uint32_t *)(at + page - 8);
        desc[0] = 8;
        desc[1] = 1;
        return desc;
      }`;
    const error = await refusal(source);
    expect(error.code).toBe('DESCRIPTOR_INVALID');
    expect(error.message).toContain('struct_size is 8');
  });
});
