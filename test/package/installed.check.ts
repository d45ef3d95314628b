import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMPILERS, compile } from '../public-face/compile.js';
import { temporaryFolder } from '../support/compile-library.js';
import { type Ended, Installation } from './installation.js';

const MODERN = [20, 22, 24];
const OLD = 18;
const CLI = 'node_modules/aisopod/entry/aisopod.cjs';
const CONSUMER = join(import.meta.dirname, '..', 'public-face', 'consumer');
const ROOT = join(import.meta.dirname, '..', '..');

/** A program that opens a host with the plugin of the home, calls its tool, and keeps a value. */
const BODY = `
  const host = await PluginHost.open();
  const { output } = await host.tools.call('greet', { name: 'Ada' });
  await host.storage.of('hello').set('greeting', output);
  console.log(await host.storage.of('hello').get('greeting'));
  await host.close();`;

const installation = new Installation(temporaryFolder());
const nodes = new Map<number, string>();
const on = (major: number, ...args: string[]): Promise<Ended> =>
  installation.run(nodes.get(major) ?? '', args);
const greeted = (output: string) => ({ status: 0, stdout: output, stderr: '' });

beforeAll(async () => {
  const found = [OLD, ...MODERN].map(async (major) => {
    nodes.set(major, await installation.node(major));
  });
  await Promise.all([installation.install(), ...found]);
  installation.write('main.mjs', `import { PluginHost } from 'aisopod';${BODY}`);
  installation.write(
    'main.cjs',
    `const { PluginHost } = require('aisopod');\n(async () => {${BODY}\n})();`,
  );
  installation.write(
    'main.ts',
    `import { PluginHost } from 'aisopod';\n(async () => {${BODY}\n})();`,
  );
});

describe('the folder of aisopod', () => {
  test('has what a program, an author of plugins and a build of the addon need', () => {
    expect(readdirSync(installation.aisopod).sort()).toEqual([
      ...['CHANGELOG.md', 'CMakeLists.txt', 'LICENSE', 'README.md', 'SECURITY.md'],
      ...['dist', 'docs', 'entry', 'native', 'package.json', 'plugins-c'],
    ]);
    const files = readdirSync(installation.aisopod, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.[jt]s\.map$|\.tsbuildinfo$|\/\./.test(file))).toEqual([]);
  });

  test('has no page with a link to a file that is not packed, but for what only a checkout has', () => {
    const files = readdirSync(installation.aisopod, { recursive: true, encoding: 'utf8' });
    const pages = files.filter((file) => file.endsWith('.md'));
    const dead = pages.flatMap((page) =>
      Array.from(
        installation.read(page).matchAll(/\]\(([^)\s#:]+)(?:#[^)\s]*)?\)/g),
        ([, link = '']) => join(page, '..', link),
      ).filter((file) => !existsSync(join(installation.aisopod, file))),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(
      dead.filter(
        (file) => !/^CONTRIBUTING\.md$|^src\/|^docs\/(?:internals|decisions)\//.test(file),
      ),
    ).toEqual([]);
  });

  test('asks for the package of the platform in its own version, and for no script', () => {
    const { version, optionalDependencies, scripts, devDependencies } = JSON.parse(
      installation.read('package.json'),
    );
    expect(optionalDependencies).toEqual({ '@aisopod/linux-x64-gnu': version });
    expect({ scripts, devDependencies }).toEqual({});
  });

  test('has next to it the package of the platform, with its licences', () => {
    const platform = join(installation.folder, 'node_modules', '@aisopod', 'linux-x64-gnu');
    expect(readdirSync(platform).sort()).toEqual(
      ['LICENSE', 'NOTICES', 'README.md', 'aisopod.node', 'package.json'].sort(),
    );
  });
});

describe('without a compiler', () => {
  test.each(MODERN)('the command line starts on Node.js %i', async (major) => {
    const { version } = JSON.parse(installation.read('package.json'));
    expect(await on(major, CLI, '--version')).toEqual(greeted(`${version}\n`));
    expect(await on(major, CLI, 'plugins', 'list', '--json')).toEqual(greeted('{"plugins":[]}\n'));
  });

  test('build-addon says what is missing', async () => {
    const { status, stderr } = await on(20, CLI, 'build-addon');
    expect(status).toBe(1);
    expect(stderr).toMatch(/This machine lacks .*CMake.*C compiler.*aisopod build-addon/s);
  });
});

describe('with the first plugin of the README, which cc has compiled', () => {
  beforeAll(async () => {
    const sdk = (await on(20, CLI, 'sdk', 'path')).stdout.trim();
    const hello = join(installation.home, 'plugins', 'hello');
    mkdirSync(join(hello, '..'));
    cpSync(join(installation.aisopod, 'docs', 'guide', 'first-plugin'), hello, { recursive: true });
    const args = ['-shared', '-fPIC', '-I', `${sdk}/include`, '-o', 'hello.so', 'hello.c'];
    const compiled = await installation.run(
      'sh',
      ['-c', 'cd "$0" && exec cc "$@"', hello, ...args],
      process.env.PATH,
    );
    expect(compiled).toEqual(greeted(''));
  });

  test.each(MODERN)(
    'a command, import and require() call its tool on Node.js %i',
    async (major) => {
      const call = ['tools', 'call', 'greet', '{"name": "Ada"}'];
      expect(await on(major, CLI, ...call)).toEqual(greeted('Hello, Ada!\n'));
      expect(await on(major, 'main.mjs')).toEqual(greeted('Hello, Ada!\n'));
      // Node.js 22 says of each require() of an ES module that it is an experiment.
      expect(await on(major, '--no-warnings', 'main.cjs')).toEqual(greeted('Hello, Ada!\n'));
    },
  );

  const page = readFileSync(join(ROOT, 'docs', 'guide', 'bundling.md'), 'utf8');
  const lines = Array.from(page.matchAll(/^esbuild (?:.*\\\n)*.*$/gm), ([line]) => line);

  test('the page about bundles has a line for each way', () => {
    expect(lines).toHaveLength(3);
  });

  test.each(lines)('a bundle by this line calls its tool: %s', async (line) => {
    const bin = join(installation.folder, 'node_modules', '.bin');
    const bundled = await installation.run('sh', ['-c', line], `${bin}:${process.env.PATH}`);
    expect(bundled).toMatchObject({ status: 0 });
    const [, file = ''] = /--outfile=(\S+)/.exec(line) ?? [];
    for (const major of MODERN) expect(await on(major, file)).toEqual(greeted('Hello, Ada!\n'));
  });

  test('without the package of the platform, build-addon compiles an addon that calls its tool', async () => {
    const platform = join(installation.folder, 'node_modules', '@aisopod');
    rmSync(platform, { recursive: true });
    const call = [CLI, 'tools', 'call', 'greet', '{"name": "Ada"}'];
    const { status, stdout } = await on(20, CLI, 'plugins', 'doctor');
    expect(status).toBe(1);
    expect(stdout).toMatch(/ADDON_MISSING.* Build it with: aisopod build-addon$/m);
    // Unoptimised, since the compiler's time is most of this test.
    const build = 'CMAKE_BUILD_TYPE=None exec "$0" "$@"';
    const built = await installation.run(
      'sh',
      ['-c', build, nodes.get(20) ?? '', CLI, 'build-addon'],
      process.env.PATH,
    );
    expect(built.stderr).toMatch(/> put it into /);
    expect(existsSync(built.stdout.trim())).toBe(true);
    expect(await on(20, ...call)).toEqual(greeted('Hello, Ada!\n'));
  }, 900_000); // a compiler, on a machine that may be busy
});

describe(`on Node.js ${OLD}`, () => {
  const REFUSAL =
    /aisopod needs Node\.js 20\.19 or newer, but \/\S+ is v18\.\S+ Install a newer one from \S+/;

  test('the command ends with one line', async () => {
    const { status, stdout, stderr } = await on(OLD, CLI, 'plugins', 'list');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(REFUSAL)]);
  });

  test.each(['main.mjs', 'main.cjs'])('%s ends with one error that says so', async (file) => {
    const { status, stderr } = await on(OLD, file);
    expect(status).toBe(1);
    expect(stderr.split('\n').filter((line) => line.includes('Error'))).toEqual([
      expect.stringMatching(REFUSAL),
    ]);
  });
});

// test/public-face compiles with older ones.
test('TypeScript compiles a program and checks the declarations', () => {
  cpSync(CONSUMER, installation.folder, { recursive: true });
  const newest = COMPILERS.slice(-1);
  const files = ['embedder.mts', 'embedder.cts', 'required.cts', 'refused.mts'];
  const errors = newest.map((each) =>
    compile(each, installation.folder, files, { module: 'nodenext' }),
  );
  expect(errors).toEqual([[]]);
});
