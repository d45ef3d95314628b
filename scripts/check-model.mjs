// npm run check:model: spin searches every state of the model of a reload (docs/internals/reload.md), and
// finds each mistake that can be switched on in it. Part of npm run test:long.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './debian.mjs';
import { MISTAKES, VARIANTS } from './model-variants.mjs';
import { canRun, main, ROOT, StepFailed } from './run.mjs';

const MODEL = join(ROOT, 'docs', 'internals', 'reload.pml');
const FOLDER = join(ROOT, 'build', 'model');

await main(async () => {
  const needed = [
    { packages: ['spin'], found: () => canRun('spin', ['-V']) },
    { packages: ['gcc', 'libc6-dev'], found: () => canRun('gcc') },
  ];
  if (installMissing(needed).length > 0) return;
  process.stdout.write('> model of a reload\n');
  rmSync(FOLDER, { recursive: true, force: true });
  const begun = performance.now();
  const searches = [
    ...VARIANTS.map((variant) => () => holds(variant)),
    ...MISTAKES.map((mistake) => () => isFound(mistake)),
  ];
  await Promise.all([inTurn(searches), inTurn(searches)]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `  ${VARIANTS.length} variants hold, ${MISTAKES.length} mistakes are found: ${seconds} s\n`,
  );
});

async function inTurn(searches) {
  for (let next = searches.shift(); next !== undefined; next = searches.shift()) await next();
}

async function holds({ name, defines, fair = false }) {
  const { output, status } = await search(name, defines, { fair });
  const [errors] = output.match(/errors: \d+/) ?? [];
  const isComplete = !/Search not completed|max search depth too small|out of memory/.test(output);
  if (status !== 0 || errors !== 'errors: 0' || !isComplete) {
    throw new StepFailed(`The model "${name}" does not hold, or was not searched:\n${output}`);
  }
  const states = /(\S+) states, stored/.exec(output)?.[1];
  const depth = /depth reached (\d+)/.exec(output)?.[1];
  process.stdout.write(`  ${name}: ${states} states, depth ${depth}\n`);
}

async function isFound({ name, defines, found }) {
  const { output } = await search(name, [`-D${name}`, ...defines], { isShort: true });
  const [line = 'no error'] = /^pan:1: .*$/m.exec(output) ?? [];
  if (!line.includes(found)) {
    throw new StepFailed(`${name}: spin was to find "${found}", and reports: ${line}\n${output}`);
  }
  process.stdout.write(`  ${name}: ${line.replace(/^pan:1: /, '')}\n`);
}

/**
 * @param fair searches for a fair run that breaks the claim of the model, else for errors of safety
 * @param isShort an error is near, so that compiling takes most of the time
 */
async function search(name, defines, { fair = false, isShort = false }) {
  const cwd = join(FOLDER, name);
  mkdirSync(cwd, { recursive: true });
  const built = fair ? ['-DNFAIR=4'] : ['-DSAFETY', '-DNOCLAIM'];
  const made = await run('spin', ['-a', ...defines, MODEL], cwd);
  if (made.status !== 0) throw new StepFailed(`spin refuses the model:\n${made.output}`);
  const compiled = await run(
    'gcc',
    [isShort ? '-O0' : '-O2', '-w', ...built, '-o', 'pan', 'pan.c'],
    cwd,
  );
  if (compiled.status !== 0) throw new StepFailed(`gcc refuses pan.c:\n${compiled.output}`);
  return run('./pan', ['-m100000', ...(fair ? ['-a', '-f'] : [])], cwd);
}

function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (text) => {
      output += text;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (status) => resolve({ output, status }));
  });
}
