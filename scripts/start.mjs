// npm start: a home in build/home with the sample plugins, and a first look at what they can do.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, ROOT, run } from './run.mjs';

const HOME = join(ROOT, 'build', 'home');
const BUILT = join(ROOT, 'build', 'node', 'plugins');
const SAMPLES = [
  'audit',
  'calculator',
  'counter',
  'file-search',
  'git-context',
  'guard',
  'journal',
  'notes',
  'prompts-review',
  'redact',
  'ticker',
  'wordcount',
];

await main(async () => {
  await prepare();
  const plugins = join(HOME, 'plugins');
  mkdirSync(plugins, { recursive: true, mode: 0o755 });
  for (const id of SAMPLES) cpSync(join(BUILT, id), join(plugins, id), { recursive: true });

  aisopod('plugins', 'list');
  aisopod('tools', 'list');
  aisopod('tools', 'call', 'calculate', '{"expression": "2 + 2"}');
  aisopod(
    'tools',
    'call',
    'search',
    '{"root": "plugins-c", "pattern": "AISOPOD_DESCRIBE"}',
    '--stream',
  );
  aisopod('tools', 'call', 'tick', '{"count": 3, "interval_ms": 200}', '--stream');
  process.stdout.write(`
The home of this demonstration is build/home. To use it yourself:

  export AISOPOD_HOME=${HOME}
  node dist/cli/main.js tools call calculate '{"expression": "(1 + 2) * 3 ^ 2"}'
`);
});

function aisopod(...args) {
  process.stdout.write('\n');
  const shown = args.map((arg) => (/^[\w-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
  run(`aisopod ${shown}`, process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args], {
    env: { AISOPOD_HOME: HOME },
  });
}
