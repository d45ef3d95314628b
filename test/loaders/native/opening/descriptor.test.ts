import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginFlag } from '../../../../src/abi/index.js';
import { type AisopodError, AisopodError as Errors } from '../../../../src/base/errors/index.js';
import { HOST_NAME, HOST_VERSION } from '../../../../src/base/version.js';
import { readDescriptor } from '../../../../src/loaders/native/opening/descriptor.js';
import { openLibrary } from '../../../../src/loaders/native/opening/open-library.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const folder = temporaryFolder();
const claimed = { id: 'sample', version: '1.0.0', file: '/plugins/sample/plugin.yaml' };
const query = { pluginId: 'sample', pluginDir: folder };
let count = 0;

async function open(source: string, asked = query) {
  const path = compileLibrary(join(folder, `plugin-${++count}.so`), source);
  return openLibrary(path, { ...asked, limitMs: 10_000, original: 'plugin.so' });
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

/** For a library with an entry point of its own. */
const DESCRIBE = 'static void describe(aisopod_plugin_desc *desc)';

/** A plugin of whose descriptor some members are other than they should be. */
const changed = (desc: Record<string, string>) => pluginSource({ desc });

/** A descriptor of a later minor: eight more bytes, which are set. */
const LONGER = `
  ${pluginSource({ head: DESCRIBE })}
  static struct { aisopod_plugin_desc known; void *later; } longer;
  AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ENTRY(const aisopod_query *query) {
    longer.known = (aisopod_plugin_desc)AISOPOD_INIT(aisopod_plugin_desc);
    describe(&longer.known);
    longer.known.struct_size = sizeof longer;
    longer.known.abi_major = AISOPOD_ABI_MAJOR;
    longer.known.abi_minor = 7;
    (void)query;
    longer.known.id = "sample";
    longer.later = &longer;
    return &longer.known;
  }`;

describe('a descriptor that keeps the rules', () => {
  test('is read', async () => {
    const library = await open(pluginSource());
    const descriptor = readDescriptor(library, claimed);
    expect(descriptor).toEqual({
      address: library.descriptor,
      id: 'sample',
      version: '1.0.0',
      build: 'test',
      abiMajor: 1,
      abiMinor: 0,
      abiMinorMin: 0,
      flags: 0,
      stateFormat: null,
      structSize: 112,
    });
  });

  test('may have no build text, and a flag', async () => {
    const library = await open(changed({ flags: 'AISOPOD_PLUGIN_SINGLE', build: '0' }));
    const { build, flags } = readDescriptor(library, claimed);
    expect({ build, flags }).toEqual({ build: null, flags: PluginFlag.SINGLE });
  });

  test('may be of a newer minor, and longer by members that are not 0', async () => {
    const library = await open(LONGER);
    const descriptor = readDescriptor(library, claimed);
    expect(descriptor).toMatchObject({ abiMinor: 7, structSize: 120, id: 'sample' });
  });

  test('may save a state, in a format of its own', async () => {
    const save = '(aisopod_status(*)(aisopod_plugin *, const aisopod_writer *, aisopod_error *))';
    const restore = '(aisopod_status(*)(aisopod_plugin *, const aisopod_state *, aisopod_error *))';
    const members = {
      state_format: '0xfffffffeu',
      save_state: `${save}on_register`,
      restore_state: `${restore}on_register`,
    };
    const { stateFormat } = readDescriptor(await open(changed(members)), claimed);
    expect(stateFormat).toBe(0xfffffffe);
  });
});

describe('a descriptor that breaks a rule is refused', () => {
  test('NULL, since the library does not serve the plugin id', async () => {
    const error = await refusal('void *aisopod_plugin_v1(void *query) { return 0; }');
    expect(error.code).toBe('DESCRIPTOR_NULL');
    expect(error.message).toContain('plugin.so does not serve the plugin id "sample"');
    expect(error.details).toEqual({ path: 'plugin.so', plugin: 'sample' });
  });

  test.each([0, 4, 108, 113, 114, 65537, 65540, 0xffffffff])('struct_size %i', async (size) => {
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
    [{ reserved1: '0x80000000u' }, 'reserved1 is 2147483648'],
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
      void *aisopod_plugin_v1(void *query) {
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

describe('the entry point of a library', () => {
  /** Serves the ids `one` and `two`, and puts into `build` what the query says. */
  const SERVES_TWO = `
    #include <stdio.h>
    ${pluginSource({ head: DESCRIBE })}
    #include <string.h>
    static aisopod_plugin_desc one, two;
    static char seen[2][1024];
    AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ENTRY(const aisopod_query *query) {
      const int second = strcmp(query->plugin_id, "two") == 0;
      aisopod_plugin_desc *desc = second ? &two : &one;
      if (!second && strcmp(query->plugin_id, "one") != 0) return NULL;
      *desc = (aisopod_plugin_desc)AISOPOD_INIT(aisopod_plugin_desc);
      desc->abi_major = AISOPOD_ABI_MAJOR;
      describe(desc);
      desc->id = second ? "two" : "one";
      snprintf(seen[second], sizeof seen[second], "%u %u.%u %s %s %s %s",
               (unsigned)query->struct_size, query->abi_major, query->abi_minor, query->host_name,
               query->host_version, query->plugin_id, query->plugin_dir);
      desc->build = seen[second];
      return desc;
    }`;

  test('gets the query of each plugin that the library serves', async () => {
    const said = async (pluginId: string, pluginDir: string) => {
      const library = await open(SERVES_TWO, { pluginId, pluginDir });
      return readDescriptor(library, { ...claimed, id: pluginId }).build;
    };
    const host = `40 1.0 ${HOST_NAME} ${HOST_VERSION}`;
    expect(await said('one', '/plugins/Küste')).toBe(`${host} one /plugins/Küste`);
    expect(await said('two', '/plugins/b')).toBe(`${host} two /plugins/b`);
    expect(await said('one', '/elsewhere')).toBe(`${host} one /elsewhere`);
  });

  test('refuses a plugin that the library does not serve', async () => {
    const library = await open(SERVES_TWO, { ...query, pluginId: 'three' });
    const three = { ...claimed, id: 'three' };
    expect(() => readDescriptor(library, three)).toThrowError(
      expect.objectContaining({ code: 'DESCRIPTOR_NULL', details: expect.anything() }),
    );
  });
});
