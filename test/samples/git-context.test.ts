import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../cli/run-cli.js';
import { schemaOf } from '../docs/schemas.js';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { openSample } from './open-sample.js';

const sample = openSample('git-context');
const root = temporaryFolder();
const AUTHOR = ['-c', 'user.name=Ada Ü', '-c', 'user.email=ada@example.org'];

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, ...AUTHOR, ...args], { encoding: 'utf8', stdio: 'pipe' });

/** A repository with two commits, a branch and a change. @param name of its folder */
function repository(name = 'project'): string {
  const folder = join(mkdtempSync(join(root, 'git-')), name);
  mkdirSync(join(folder, 'src'), { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(folder, 'src', 'a.c'), 'int a;\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'first: add "a"');
  git(folder, 'branch', 'side');
  git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'second');
  writeFileSync(join(folder, 'src', 'a.c'), 'int b;\n');
  return folder;
}

const ask = (query: string) => sample.host.contexts.get('git', query);

describe('git-context', () => {
  test('knows the status, the branches and the last commits of a repository', async () => {
    const folder = repository();
    const { parts, metadata } = await ask(folder);
    const uri = `file://${folder}`;
    expect(parts.map(({ source }) => source)).toEqual([
      { title: 'git status', uri },
      { title: 'git branch', uri },
      { title: 'git log', uri },
    ]);
    const [status, branches, log] = parts.map(({ text }) => text);
    expect(status).toBe('## main\n M src/a.c');
    expect(branches).toMatch(/^(?:main|side) \d{4}-\d\d-\d\d\n(?:main|side) \d{4}-\d\d-\d\d$/);
    expect(log).toMatch(/^\w+ [\d-]+ Ada Ü: second\n\w+ [\d-]+ Ada Ü: first: add "a"$/);
    expect(metadata).toEqual({ plugin: 'git-context', version: '1.0.0', context: 'git' });
  });

  test.each(['two words', "it's", '-C', '--help', '$(touch x)', 'line\nend', 'Ü %'])(
    'knows a repository in a folder named %j, and one below it',
    async (name) => {
      const folder = repository(name);
      const { parts } = await ask(join(folder, 'src'));
      expect(parts[0]?.text).toContain('M ');
      const { uri = '' } = parts[0]?.source ?? {};
      expect(decodeURIComponent(uri)).toBe(`file://${folder}`);
    },
  );

  test('is read by a URI', async () => {
    const folder = repository('a b');
    const uri = `git-context:${encodeURI(folder)}`;
    expect(await sample.host.contexts.read(uri)).toEqual(await ask(folder));
  });

  test('has no log of a repository without commits', async () => {
    const folder = mkdtempSync(join(root, 'empty-'));
    git(folder, 'init', '--quiet', '--initial-branch=main');
    expect((await ask(folder)).parts.map(({ text }) => text)).toEqual([
      '## No commits yet on main',
    ]);
  });

  test.each([
    [
      'a folder without a repository',
      () => mkdtempSync(join(root, 'none-')),
      /not a git repository/,
    ],
    ['a folder that is not there', () => join(root, 'nowhere'), /cannot change to/],
    ['an option', () => '--version', /cannot change to '--version'/],
    ['a long name', () => `/${'ä'.repeat(2_000)}`, /too long|cannot change/],
  ])('reports what git says about %s', async (_, folder, text) => {
    await expect(ask(folder())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(text),
    });
  });

  test('refuses a NUL character', async () => {
    await expect(ask('/\0/x')).rejects.toMatchObject({ code: 'INVALID' });
  });

  test('starts nothing that a repository names', async () => {
    const folder = repository();
    const mark = join(folder, '..', 'started');
    const script = join(folder, '..', 'script');
    writeFileSync(script, `#!/bin/sh\ntouch '${mark}'\n`);
    chmodSync(script, 0o755);
    for (const key of ['core.fsmonitor', 'core.pager', 'gpg.program', 'core.sshCommand']) {
      git(folder, 'config', key, script);
    }
    git(folder, 'config', 'log.showSignature', 'true');
    expect((await ask(folder)).parts).toHaveLength(3);
    expect(existsSync(mark)).toBe(false);
  });

  test('changes nothing in a repository', async () => {
    const folder = repository();
    const index = () => readFileSync(join(folder, '.git', 'index'));
    const before = index();
    await ask(folder);
    expect(index()).toEqual(before);
  });

  test('keeps to docs/reference/schemas, and is listed in its manifest', async () => {
    const result = schemaOf('context#result');
    const got = await ask(repository());
    expect(result(got) || result.errors).toBe(true);
    expect(sample.host.plugins.get('git-context')?.warnings).toEqual([]);
  });

  test('answers many callers at once', async () => {
    const folder = repository();
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(folder)));
    for (const { parts } of all) expect(parts).toHaveLength(3);
  });
});

describe('git-context with another program in the place of git', () => {
  /** Runs the command line with a script as `git`. */
  function contextsGet(script: string, ...options: string[]) {
    const bin = mkdtempSync(join(root, 'bin-'));
    writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'git'), 0o755);
    const line = ['contexts', 'get', 'git', '.', '--plugin', builtPlugin('git-context'), '--json'];
    const env = { PATH: `${bin}:${process.env.PATH}`, GIT_DIR: '/nowhere' };
    return cli([...line, ...options], { home: mkdtempSync(join(root, 'home-')), env });
  }

  test('kills it, and what it started, at the deadline of the call', async () => {
    const pids = join(root, 'pids');
    const hangs = `sleep 600 & echo $! > '${pids}.new'; mv '${pids}.new' '${pids}'; wait`;
    const { code, stdout } = await contextsGet(hangs, '--timeout', '3000');
    expect({ code, error: JSON.parse(stdout).error.code }).toEqual({
      code: 1,
      error: 'CALL_DEADLINE',
    });
    const pid = Number(readFileSync(pids, 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  test('kills it if it goes on after its output has ended', async () => {
    const { stdout } = await contextsGet('exec >&- 2>&-; exec sleep 600', '--timeout', '3000');
    expect(JSON.parse(stdout).error.code).toBe('CALL_DEADLINE');
  });

  test('reports that it is not there', async () => {
    const bare = await cli(
      ['contexts', 'get', 'git', '.', '--plugin', builtPlugin('git-context')],
      {
        home: mkdtempSync(join(root, 'home-')),
        env: { PATH: mkdtempSync(join(root, 'no-bin-')) },
      },
    );
    expect(bare).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('git cannot be started'),
    });
  });

  test('passes on no variable that names another repository', async () => {
    const { stdout } = await contextsGet('echo "[$GIT_DIR]"');
    expect(JSON.parse(stdout).parts[0].text).toBe('[]');
  });

  test('reads no more than 64 KiB of what it writes', async () => {
    const { stdout } = await contextsGet('[ "$8" = rev-parse ] && pwd || yes | head -c 1000000');
    const { parts } = JSON.parse(stdout);
    expect(parts[0].text.length).toBeGreaterThan(65_000);
    expect(parts[0].text.length).toBeLessThanOrEqual(65_536);
  });
});

/** Whether a process is there, and has not ended already. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
