import { describe } from 'vitest';
import { EMPTY_ENTRY, type Exhibit, exhibition, type Room } from './museum.js';

/** What the descriptor says, which can be read of an open library only. */
const descriptor = (members: Readonly<Record<string, string>>, fault: RegExp): Exhibit => ({
  code: 'DESCRIPTOR_INVALID',
  make: (room) => room.compileWith(members),
  what: fault,
  todo: /breaks rules of aisopod\/plugin\.h: .*\. Describe .* and build it again/,
});

describe('a library whose descriptor cannot be taken', () => {
  exhibition(
    {
      'an entry point that returns NULL': {
        code: 'DESCRIPTOR_NULL',
        make: (room: Room) => void room.compile(EMPTY_ENTRY),
        what: /does not serve the plugin id "p\d+-.*": its entry point returned NULL/,
        todo: /Return a descriptor for that id from aisopod_plugin_v1\(\), or correct the id in \/.*\/aisopod\.plugin\.toml/,
      },
      'struct_size 0': descriptor(
        { struct_size: '0' },
        /struct_size is 0, not a multiple of 4 between \d+ and \d+/,
      ),
      'struct_size of a head alone': descriptor({ struct_size: '8' }, /struct_size is 8, not/),
      'struct_size without its last member': descriptor(
        { struct_size: 'sizeof(aisopod_plugin_desc) - 8' },
        /struct_size is 104, not a multiple of 4 between 112/,
      ),
      'struct_size beyond all reason': descriptor(
        { struct_size: '0xffffffffu' },
        /struct_size is 4294967295, not a multiple/,
      ),
      'struct_size that no struct has': descriptor(
        { struct_size: 'sizeof(aisopod_plugin_desc) + 2' },
        /struct_size is 114, not a multiple of 4/,
      ),
      'no id': descriptor({ id: '0' }, /id is NULL/),
      'no version': descriptor({ version: '0' }, /version is NULL/),
      'no create': descriptor({ create: '0' }, /create is NULL, but required/),
      'no on_register': descriptor({ on_register: '0' }, /on_register is NULL, but required/),
      'no destroy': descriptor({ destroy: '0' }, /destroy is NULL, but required/),
      'save_state alone': descriptor(
        { save_state: '(void *)on_register' },
        /save_state is there without restore_state/,
      ),
      'restore_state alone': descriptor(
        { restore_state: '(void *)on_register' },
        /restore_state is there without save_state/,
      ),
      'reserved bits': descriptor({ flags: '0x80000000u' }, /flags has unknown bits 0x80000000/),
      'a reserved member': descriptor({ reserved0: '7' }, /reserved0 is 7, not 0/),
      'another reserved member': descriptor({ reserved1: '7' }, /reserved1 is 7, not 0/),
      'several faults': descriptor(
        { create: '0', destroy: '0', flags: '4' },
        /create is NULL.*destroy is NULL.*flags has unknown bits 0x4/,
      ),
      'another id than the manifest': {
        code: 'DESCRIPTOR_MISMATCH',
        make: (room: Room) => room.compileWith({ id: '"someone-else"' }),
        what: /calls itself someone-else 1\.0\.0, its manifest says p\d+-another-id-.* 1\.0\.0/,
        todo: /Make both equal, in plugin\.c or \/.*\/aisopod\.plugin\.toml, and build again/,
      },
      'another version than the manifest': {
        code: 'DESCRIPTOR_MISMATCH',
        make: (room: Room) => room.compileWith({ version: '"1.0.1"' }),
        what: /calls itself p\d+-.* 1\.0\.1, its manifest says p\d+-.* 1\.0\.0/,
        todo: /Make both equal/,
      },
      'another major version': {
        code: 'ABI_MAJOR',
        make: (room: Room) => room.compileWith({ abi_major: '2' }),
        what: /is built for ABI major 2; this host speaks major 1/,
        todo: /Build it against the aisopod\/plugin\.h of this host \(aisopod sdk path\)/,
      },
      'a minor version that this host does not have': {
        code: 'ABI_MINOR',
        make: (room: Room) => room.compileWith({ abi_minor: '9', abi_minor_min: '9' }),
        what: /needs ABI 1\.9 or newer; this host has 1\.0/,
        todo: /Use a newer aisopod, or build the plugin with a lower abi_minor_min/,
      },
    },
    { opened: true },
  );
});
