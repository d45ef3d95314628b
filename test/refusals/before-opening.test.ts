import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { compileLibrary } from '../support/compile-library.js';
import { EMPTY_ENTRY, type Exhibit, elsewhere, exhibition, type Room } from './museum.js';

const HERE = `${process.platform}-${process.arch}`;
const manifestOf = (room: Room) => room.manifest;

/** A library that needs another one, which is compiled and then taken away. */
function needing(room: Room, name: string, flags: readonly string[] = []): void {
  const needed = compileLibrary(join(room.dir, `lib${name}.so`), `int ${name}(void) { return 1; }`);
  room.compile(
    `int ${name}(void); int use(void) { return ${name}(); }
     ${EMPTY_ENTRY}`,
    ['-L', room.dir, `-l${name}`, ...flags],
  );
  rmSync(needed);
}

/** Whether the compiler has that sanitizer, by its short name, as a library. */
function hasRuntime(name: string): boolean {
  const file = `lib${name}.so`;
  const found = execFileSync('cc', [`-print-file-name=${file}`], { encoding: 'utf8' });
  return found.trim() !== file;
}

/** A script of the linker by which a library exports nothing. */
function hiding(room: Room): string {
  const script = join(room.outside, 'hide.map');
  writeFileSync(script, '{ local: *; };');
  return script;
}

/** A 64-bit DLL or dylib that consists of its headers, made by hand. */
function pe(): Buffer {
  const file = Buffer.alloc(1024);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80, 'latin1');
  file.writeUInt16LE(0x8664, 0x84); // machine: x64
  file.writeUInt16LE(240, 0x94); // bytes of the optional header
  file.writeUInt16LE(0x2022, 0x96); // a DLL
  file.writeUInt16LE(0x20b, 0x98); // PE32+
  file.writeUInt32LE(16, 0x98 + 108); // directories
  return file;
}

function macho(): Buffer {
  const file = Buffer.alloc(4096);
  [0xfeedfacf, 0x0100000c, 0, 6].forEach((word, i) => {
    file.writeUInt32LE(word, i * 4); // magic, arm64, any, dylib
  });
  return file;
}

const FILES: Readonly<Record<string, Exhibit>> = {
  'a file of zeros': {
    code: 'LIBRARY_FORMAT',
    make: (room) => room.write(Buffer.alloc(4096)),
    what: /is not a shared library of any known format/,
    todo: /A plugin is a shared library for .*: build it/,
  },
  'an empty file': {
    code: 'LIBRARY_FORMAT',
    make: (room) => room.write(''),
    what: /is empty/,
    todo: /build it/,
  },
  'a library cut short': {
    code: 'LIBRARY_FORMAT',
    make: (room) => {
      const bytes = room.compile();
      room.write(bytes.subarray(0, bytes.length / 2));
    },
    what: /is cut short: it has \d+ of at least \d+ bytes/,
    todo: /Copy, build or download it again/,
  },
  'a text file called .so': {
    code: 'LIBRARY_FORMAT',
    make: (room) => room.write('INPUT(libreal.so)\n'),
    what: /is a text file that begins with "INPUT\(libreal\.so\)"/,
    todo: /A plugin is a shared library for .*: build it/,
  },
  'an object file': {
    code: 'LIBRARY_FORMAT',
    make: (room) => {
      const source = join(room.outside, `${room.id}.c`);
      writeFileSync(source, 'int x(void) { return 1; }');
      execFileSync('cc', ['-c', '-o', room.library, source]);
    },
    what: /is an object file, which is not linked yet/,
    todo: /Link it with -shared/,
  },
  'a library with an executable stack': {
    code: 'LIBRARY_STACK',
    make: (room) => room.compile(undefined, ['-Wl,-z,execstack']),
    what: /asks for an executable stack \(PT_GNU_STACK\).* would make the stacks of the whole process/,
    todo: /\.section \.note\.GNU-stack.*Link the library again with -Wl,-z,noexecstack/,
  },
  'a library that brings one with an executable stack': {
    code: 'LIBRARY_STACK',
    make: (room) => {
      const helper = join(room.dir, 'libhelper.so');
      compileLibrary(helper, 'int helper(void) { return 1; }', ['-Wl,-z,execstack']);
      const source = `int helper(void); int use(void) { return helper(); }
        AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ENTRY(const aisopod_query *q) { (void)q; return 0; }`;
      room.compile(source, ['-L', room.dir, '-lhelper', '-Wl,-rpath,$ORIGIN']);
    },
    where: (room) => join(room.dir, 'libhelper.so'),
    what: /asks for an executable stack/,
    todo: /-Wl,-z,noexecstack/,
  },
  ...(hasRuntime('asan')
    ? {
        'a library with the address sanitizer': {
          code: 'LIBRARY_SANITIZER',
          make: (room) => room.compile(undefined, ['-fsanitize=address']),
          what: /is built with -fsanitize=address, and the runtime of that sanitizer is not in/,
          todo: /Build it without that flag, or .*LD_PRELOAD=libasan\.so/,
        } satisfies Exhibit,
      }
    : {}),
  'a library with more directories to search than are looked at': {
    code: 'LIBRARY_FORMAT',
    make: (room) => {
      const path = Array.from({ length: 300 }, (_, i) => `$ORIGIN/${i}`).join(':');
      room.compile(undefined, [`-Wl,-rpath,${path}`, '-Wl,--no-as-needed', '-lm']);
    },
    what: /at byte \d+, it claims 300 directories in its run path, and 256 are allowed/,
    todo: /Build it again/,
  },
  'an executable': {
    code: 'LIBRARY_FORMAT',
    make: (room) => {
      const source = join(room.outside, `${room.id}.c`);
      writeFileSync(source, 'int main(void) { return 1; }');
      execFileSync('cc', ['-o', room.library, source]);
    },
    what: /is an executable/,
    todo: /Build it as a library, with -shared -fPIC/,
  },
  'a directory': {
    code: 'ENTRY_NOT_FOUND',
    make: (room) => mkdirSync(room.library, { mode: 0o755 }),
    where: manifestOf,
    what: /the entry "plugin\.so" is not there\. Tried in .*plugin\.so \(a directory\)/,
    todo: /Build the plugin, or correct plugin\.entry/,
  },
  'nothing at all': {
    code: 'ENTRY_NOT_FOUND',
    make: () => {},
    where: manifestOf,
    what: /Tried in .*: plugin\.so, libplugin\.so/,
    todo: /Build the plugin, or correct plugin\.entry/,
  },
  'a link that leads nowhere': {
    code: 'ENTRY_NOT_FOUND',
    make: (room) => symlinkSync('gone.so', room.library),
    where: manifestOf,
    what: /plugin\.so \(a link that leads nowhere\)/,
    todo: /Build the plugin, or correct plugin\.entry/,
  },
  'a link that leads out of the folder': {
    code: 'ENTRY_OUTSIDE',
    make: (room) => {
      const target = elsewhere(room);
      rmSync(room.library);
      symlinkSync(target, room.library);
    },
    where: manifestOf,
    what: /the entry "plugin\.so" leads to .*outside.*, outside of the plugin's folder/,
    todo: /Put the file into the folder/,
  },
  'an entry that leads out of the folder': {
    code: 'ENTRY_OUTSIDE',
    manifest: 'entry = "../../../outside/library.so"',
    make: (room) => renameSync(elsewhere(room), join(room.outside, 'library.so')),
    where: manifestOf,
    what: /plugin\.entry: found "\.\.\/.*", expected a file inside the folder of the plugin/,
    todo: /it would leave the folder/,
  },
  'a library that everyone may write to': {
    code: 'PATH_UNSAFE',
    make: (room) => {
      room.compile();
      chmodSync(room.library, 0o777);
    },
    what: /can be written by everyone \(mode 0777\)/,
    todo: /run: chmod go-w \//,
  },
};

describe('a file that is none of a plugin', () => exhibition(FILES, { opened: false }));

describe('a library for something else', () => {
  exhibition(
    {
      'a Windows DLL': {
        code: 'LIBRARY_PLATFORM',
        make: (room) => room.write(pe()),
        what: new RegExp(`is a .*(Windows|win32).*; this machine runs ${process.platform}`),
        todo: new RegExp(`Build the plugin for ${HERE}`),
      },
      'a library of macOS': {
        code: 'LIBRARY_PLATFORM',
        make: (room) => room.write(macho()),
        what: new RegExp(`is a .*(Mach-O|darwin).*; this machine runs ${process.platform}`),
        todo: new RegExp(`Build the plugin for ${HERE}`),
      },
      'one for another processor': {
        code: 'LIBRARY_MACHINE',
        make: (room) => {
          const bytes = room.compile();
          bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
          room.write(bytes);
        },
        what: new RegExp(`is a library for (arm64|x64); this process runs on ${process.arch}`),
        todo: new RegExp(`Build the plugin for ${HERE}`),
      },
      'one without the entry point': {
        code: 'LIBRARY_NO_ENTRY',
        make: (room) => void room.compile('int x(void) { return 1; }'),
        what: /does not export aisopod_plugin_v1, so it is not an aisopod plugin/,
        todo: /Define that function with AISOPOD_EXPORT as in aisopod\/plugin\.h/,
      },
      'one whose entry point is hidden': {
        code: 'LIBRARY_NO_ENTRY',
        make: (room) => void room.compile(EMPTY_ENTRY, [`-Wl,--version-script,${hiding(room)}`]),
        what: /does not export aisopod_plugin_v1/,
        todo: /Define that function with AISOPOD_EXPORT/,
      },
      'one whose entry point is data': {
        code: 'LIBRARY_NO_ENTRY',
        make: (room) => void room.compile('int data __asm__("aisopod_plugin_v1") = 1;'),
        what: /exports aisopod_plugin_v1 as data; it must be a function/,
        todo: /Define it with AISOPOD_EXPORT/,
      },
      'a plugin of the Rust interface': {
        code: 'LIBRARY_RUST_ABI',
        make: (room) => void room.compile('void *create_plugin(void) { return 0; }'),
        what: /exports create_plugin: it is a plugin of the earlier Rust interface/,
        todo: /Port it to the C ABI of aisopod\/plugin\.h \(aisopod sdk path\)/,
      },
      'a later plugin of the Rust interface': {
        code: 'LIBRARY_RUST_ABI',
        make: (room) => void room.compile('void *aisopod_plugin_create(void) { return 0; }'),
        what: /exports aisopod_plugin_create: it is a plugin of the earlier Rust interface/,
        todo: /Port it to the C ABI/,
      },
      'one of another major version': {
        code: 'ABI_MAJOR',
        make: (room) => void room.compile('void *aisopod_plugin_v2(void) { return 0; }'),
        what: /is built for ABI major 2; this host speaks major 1/,
        todo: /Build it against the aisopod\/plugin\.h of this host \(aisopod sdk path\)/,
      },
      'one that needs a library that is not here': {
        code: 'LIBRARY_DEPENDENCY',
        make: (room) => needing(room, 'faraway'),
        what: /needs the library libfaraway\.so, which is not found/,
        todo: /Install it, or put it next to the library and link with -Wl,-rpath,'\$ORIGIN'/,
      },
      'one whose sibling is missing': {
        code: 'LIBRARY_DEPENDENCY',
        make: (room) => needing(room, 'sister', ['-Wl,-rpath,$ORIGIN']),
        what: /needs the library libsister\.so, which is not found/,
        todo: /put it next to the library/,
      },
      'one whose sibling is no library': {
        code: 'LIBRARY_FORMAT',
        make: (room) => {
          needing(room, 'twin', ['-Wl,-rpath,$ORIGIN']);
          room.write('not a library', 'libtwin.so');
        },
        where: (room) => join(room.dir, 'libtwin.so'),
        what: /is a text file that begins with "not a library"/,
        todo: /build it/,
      },
      'one that uses a symbol that nobody has': {
        code: 'LIBRARY_OPEN',
        make: (room) =>
          void room.compile(
            `int nowhere(void); int use(void) { return nowhere(); }
             ${EMPTY_ENTRY}`,
          ),
        what: /uses the symbol nowhere, which no library here has/,
        todo: /Link the library that defines it/,
      },
    },
    { opened: false },
  );
});

describe('a good library whose manifest does not let it run', () => {
  const good = (room: Room) => void room.compile();
  const idOf = (room: Room) => `${room.id} 1.0.0 `;
  exhibition(
    {
      'for another platform': {
        code: 'PLATFORM_UNSUPPORTED',
        manifest: '[compatibility]\nplatforms = ["win32-x64", "darwin-arm64"]',
        make: good,
        where: idOf,
        what: new RegExp(`is for win32-x64, darwin-arm64, and this is ${HERE}`),
        todo: /Take a build for/,
      },
      'with an entry for another platform': {
        code: 'PLATFORM_UNSUPPORTED',
        manifest: 'entry = { win32-arm64 = "plugin.so" }',
        make: good,
        where: idOf,
        what: new RegExp(`is for win32-arm64, and this is ${HERE}`),
        todo: /Take a build for/,
      },
      'for another host': {
        code: 'HOST_VERSION',
        manifest: '[compatibility]\nhost = ">=9"',
        make: good,
        where: idOf,
        what: /needs aisopod >=9, and this is aisopod \d/,
        todo: /Install an aisopod in that range \(npm install aisopod@VERSION\)/,
      },
      'for an older host': {
        code: 'HOST_VERSION',
        manifest: '[compatibility]\nmax_host_version = "0.0.9"\nhost = "*"',
        make: good,
        where: idOf,
        what: /needs aisopod .*<=0\.0\.9, and this is aisopod \d/,
        todo: /or a version of the plugin that allows/,
      },
      'for another major version of the ABI': {
        code: 'ABI_MAJOR',
        manifest: '[compatibility]\nabi = "2"',
        make: good,
        where: idOf,
        what: /is built for ABI 2\.0, and this host speaks 1\.0/,
        todo: /Build it against the header of this host/,
      },
      'for a newer minor version of the ABI': {
        code: 'ABI_MINOR',
        manifest: '[compatibility]\nabi = "1.9"',
        make: good,
        where: idOf,
        what: /needs ABI 1\.9, and this host speaks 1\.0/,
        todo: /Install a newer aisopod/,
      },
      'for a feature that is off': {
        code: 'FEATURE_MISSING',
        manifest: '[compatibility]\nfeatures = ["telegram"]',
        make: good,
        where: idOf,
        what: /needs the feature telegram, and this host has none/,
        todo: /Switch it on under/,
      },
      'for a loader that is not here': {
        code: 'LOADER_UNSUPPORTED',
        manifest: '[runtime]\nloader = "wasm"',
        make: good,
        where: (room) => `Plugin ${room.id}`,
        what: /asks for the loader "wasm", which this host does not have/,
        todo: /It loads native plugins only/,
      },
      'for an isolation that is not here': {
        code: 'LOADER_UNSUPPORTED',
        manifest: '[runtime]\nisolation = "sandbox"',
        make: good,
        where: (room) => `Plugin ${room.id}`,
        what: /asks for isolation "sandbox", and this host can only run it in its own process/,
        todo: /only if you trust it/,
      },
      'that needs a plugin that is not there': {
        code: 'DEPENDENCY_MISSING',
        manifest: '[dependencies]\nnowhere = "^1"',
        make: good,
        where: (room) => `Plugin ${room.id}`,
        what: /needs nowhere \^1, which is not installed/,
        todo: /Put nowhere into one of the search paths \(aisopod paths\)/,
      },
      'whose id is none': {
        code: 'MANIFEST_INVALID',
        make: (room) => {
          good(room);
          room.write(
            '[plugin]\nid = "../x"\nversion = "1.0.0"\nentry = "plugin.so"\n',
            'aisopod.plugin.toml',
          );
        },
        where: (room) => `${room.manifest}:2:1`,
        what: /plugin\.id: found "\.\.\/x"/,
        todo: /expected an id of 1 to 64 characters a-z/,
      },
      'that is no TOML': {
        code: 'MANIFEST_SYNTAX',
        make: (room) => {
          good(room);
          room.write('[plugin]\nid = calc\n', 'aisopod.plugin.toml');
        },
        where: (room) => `${room.manifest}:2:`,
        what: /found a syntax error: /,
        todo: /expected TOML/,
      },
      'that is not there': {
        code: 'MANIFEST_MISSING',
        make: (room) => {
          good(room);
          rmSync(room.manifest);
        },
        where: (room) => room.dir,
        what: /has no aisopod\.plugin\.toml/,
        todo: /Write one that names id, version and entry/,
      },
    },
    { opened: false },
  );
});
