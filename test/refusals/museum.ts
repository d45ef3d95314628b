import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorCode, type HostOptions, PluginHost } from '../../src/index.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../support/compile-library.js';

/** C of an entry point that serves no plugin. */
export const EMPTY_ENTRY = `
AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ENTRY(const aisopod_query *query) {
  (void)query;
  return 0;
}
`;

/** The folder of a plugin that is to be refused. */
export class Room {
  constructor(
    readonly id: string,
    /** The plugin's folder. */
    readonly dir: string,
    /** A folder outside of it. */
    readonly outside: string,
  ) {}

  /** The library that the manifest names. */
  get library(): string {
    return join(this.dir, 'plugin.so');
  }

  get manifest(): string {
    return join(this.dir, 'aisopod.plugin.toml');
  }

  /** What the library leaves when it is opened, and when it is created. */
  get marks(): { readonly opened: string; readonly created: string } {
    const mark = join(this.outside, this.id);
    return { opened: `${mark}.opened`, created: `${mark}.created` };
  }

  /** C that leaves the marks. */
  get marking(): string {
    return `
#include <aisopod/plugin.h>
#include <stdio.h>
static void leave(const char *path) { FILE *file = fopen(path, "w"); if (file) fclose(file); }
__attribute__((constructor)) static void opened(void) { leave("${this.marks.opened}"); }
static inline aisopod_status marked(const aisopod_host *h, aisopod_plugin **out, aisopod_error *e) {
  static char instance;
  (void)h; (void)e; leave("${this.marks.created}");
  *out = (aisopod_plugin *)(void *)&instance; return AISOPOD_OK;
}
`;
  }

  /** Compiles what `source` says, by default a good plugin, to the library, with the marks in it. */
  compile(source?: string, flags: readonly string[] = []): Buffer {
    const { id, marking } = this;
    const text = source === undefined ? pluginSource({ id, extra: marking }) : marking + source;
    return readFileSync(compileLibrary(this.library, text, flags));
  }

  /** Compiles a good plugin with some members of its descriptor replaced. */
  compileWith(members: Readonly<Record<string, string>>): void {
    const { id, marking } = this;
    const all = { create: 'marked', ...members };
    compileLibrary(this.library, pluginSource({ id, extra: marking, desc: all }));
  }

  write(bytes: string | Uint8Array, name = 'plugin.so'): void {
    writeFileSync(join(this.dir, name), bytes);
  }
}

/** One thing that must not run, and what has to be said about it. */
export interface Exhibit {
  readonly code: ErrorCode;
  /** Fills the folder; the manifest is there already. */
  readonly make: (room: Room) => void;
  /** After the keys of `[plugin]`; `entry` in it replaces the usual one. */
  readonly manifest?: string;
  /** The path that the message begins with or names; default: the library's. */
  readonly where?: (room: Room) => string;
  /** What was found and what was expected. */
  readonly what: RegExp;
  /** What to do about it. */
  readonly todo: RegExp;
}

const errorsPage = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8');
const GOOD = 'good';

/**
 * Declares the tests of a group: all of it is put into one home and opened by one host, beside a
 * plugin that is good.
 * @param opened whether the libraries are opened before they are refused
 */
export function exhibition(
  exhibits: Readonly<Record<string, Exhibit>>,
  { opened, ...options }: { opened: boolean } & HostOptions,
): void {
  const root = temporaryFolder();
  const plugins = join(root, 'home', 'plugins');
  const rooms = Object.keys(exhibits).map((title, i) => makeRoom(root, `p${i}-${slug(title)}`));
  let host: PluginHost;

  beforeAll(async () => {
    for (const [i, exhibit] of Object.values(exhibits).entries()) fill(rooms[i] as Room, exhibit);
    const good = makeRoom(root, GOOD);
    fill(good, { make: (room) => room.compileWith({}) });
    host = await PluginHost.open({ home: join(root, 'home'), env: {}, ...options });
  });
  afterAll(() => host.close());

  test('nothing of it stops a good plugin', () => {
    expect(host.plugins.isActive(GOOD)).toBe(true);
    const { marks } = makeRoom(root, GOOD);
    expect([existsSync(marks.opened), existsSync(marks.created)]).toEqual([true, true]);
  });

  describe.each(Object.entries(exhibits).map((entry, i) => [...entry, rooms[i] as Room] as const))(
    '%s',
    (_, { code, where, what, todo }, room) => {
      const found = () => {
        const inside = (path: string) => path === room.dir || path.startsWith(`${room.dir}/`);
        const all = host.plugins.list().filter(({ path }) => inside(path));
        expect(all).toHaveLength(1);
        return all[0] as (typeof all)[0];
      };

      test(`is refused with ${code}, and all that one needs is said`, () => {
        const { error, reason, state, tools } = found();
        expect(error?.code, reason ?? '').toBe(code);
        expect(state).toMatch(/^(?:failed_|refused$|incompatible$)/);
        expect(tools).toEqual([]);
        expect(reason).toContain(where?.(room) ?? room.library);
        expect(reason).toMatch(what);
        expect(reason).toMatch(todo);
        expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(error?.details).toBeTypeOf('object');
      });

      test('has an entry in docs/reference/errors.md that says what to do', () => {
        const entry = errorsPage.split(/^### /m).find((text) => text.startsWith(`${code}\n`));
        expect(entry).toMatch(/^```text\n\S.*^```\n\S/ms);
      });

      if (opened) {
        test('was opened to be read, and nothing of it was called after that', () => {
          expect(existsSync(room.marks.opened)).toBe(true);
          expect(existsSync(room.marks.created)).toBe(false);
        });
      } else {
        test('has run nothing, not even a constructor', () => {
          expect(existsSync(room.marks.opened)).toBe(false);
        });
      }
    },
  );

  function makeRoom(parent: string, id: string): Room {
    return new Room(id, join(plugins, id), join(parent, 'outside'));
  }
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}

function fill(room: Room, { make, manifest = '' }: Pick<Exhibit, 'make' | 'manifest'>): void {
  for (const dir of [room.dir, room.outside]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  const entry = manifest.startsWith('entry') ? '' : 'entry = "plugin.so"\n';
  writeFileSync(
    room.manifest,
    `[plugin]\nid = "${room.id}"\nversion = "1.0.0"\n${entry}${manifest}\n`,
  );
  make(room);
}

/** A good, marked library that is not where the plugin is. */
export function elsewhere(room: Room): string {
  room.compile();
  const path = join(room.outside, `${room.id}.so`);
  copyFileSync(room.library, path);
  return path;
}
