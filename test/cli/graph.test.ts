import { expect, test } from 'vitest';
import { put } from '../packages/discovery/plugins-directory.js';
import { cliInProcess, homeWith, pluginsOf } from './run-cli.js';

/** A home with plugins that cannot be opened: `[id, version, dependencies in TOML]`. */
function homeOf(...plugins: readonly (readonly [string, string, string?])[]): string {
  const home = homeWith();
  for (const [id, version, needs = ''] of plugins) {
    const head = `[plugin]\nid = "${id}"\nversion = "${version}"\nentry = "lib.so"\n`;
    put(pluginsOf(home), `${id}/aisopod.plugin.toml`, `${head}[dependencies]\n${needs}\n`);
    put(pluginsOf(home), `${id}/lib.so`, 'no library');
  }
  return home;
}

const graph = (home: string, ...options: string[]) =>
  cliInProcess(['plugins', 'graph', ...options], { home });

test('plugins graph draws each plugin below those that need it, and opens none', async () => {
  const home = homeOf(
    ['app', '2.0.0', 'store = "^1.0.0"\nlog = { version = "*", optional = true }'],
    ['log', '0.1.0'],
    ['report', '1.0.0', 'store = "*"'],
    ['store', '1.2.0', 'log = "*"'],
  );
  const { code, stdout, stderr } = await graph(home);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      'app 2.0.0',
      '├─ log 0.1.0  optional',
      '└─ store 1.2.0  needs ^1.0.0',
      '   └─ log 0.1.0',
      'report 1.0.0',
      '└─ store 1.2.0  see above',
      '',
    ].join('\n'),
  );
});

test('plugins graph marks what keeps a needed plugin from being used', async () => {
  const home = homeOf(
    ['app', '1.0.0', 'gone = "^3"\nold = "^2"\nodd = "*"'],
    ['old', '1.0.0'],
    ['odd', '1.0.0', 'app = "not a range"'],
  );
  const { stdout } = await graph(home);
  expect(stdout).toContain('├─ gone  needs ^3, missing\n');
  expect(stdout).toContain('└─ old 1.0.0  needs ^2, version\n');
});

test('plugins graph shows plugins that are only needed in a circle, and ends there', async () => {
  const home = homeOf(['a', '1.0.0', 'b = "*"'], ['b', '1.0.0', 'a = "*"']);
  expect((await graph(home)).stdout).toBe('a 1.0.0\n└─ b 1.0.0\n   └─ a 1.0.0  circle\n');
});

test('plugins graph --mermaid prints a flowchart with numbered nodes', async () => {
  const home = homeOf(
    ['end', '1.0.0', 'log = ">=1.0.0 <2.0.0"\ngone = { version = "*", optional = true }'],
    ['log', '1.5.0'],
  );
  expect((await graph(home, '--mermaid')).stdout).toBe(
    [
      'flowchart TD',
      '  n0["end 1.0.0"]',
      '  n1["log 1.5.0"]',
      '  n2["gone (missing)"]',
      '  n0 -.->|"missing"| n2',
      '  n0 -->|"#gt;=1.0.0 #lt;2.0.0"| n1',
      '',
    ].join('\n'),
  );
});

test('plugins graph --json prints what each plugin needs and what stands in the way', async () => {
  const home = homeOf(['app', '1.0.0', 'store = "^2"'], ['store', '1.0.0']);
  const { stdout } = await graph(home, '--json');
  expect(JSON.parse(stdout)).toEqual({
    plugins: [
      {
        id: 'app',
        version: '1.0.0',
        state: 'validated',
        needs: [{ id: 'store', range: '^2', optional: false, found: '1.0.0', obstacle: 'version' }],
      },
      { id: 'store', version: '1.0.0', state: 'validated', needs: [] },
    ],
  });
});

test('plugins graph prints nothing where there are no plugins', async () => {
  expect(await graph(homeWith())).toMatchObject({ code: 0, stdout: '' });
});
