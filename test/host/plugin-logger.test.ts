import { describe, expect, test } from 'vitest';
import { LogLevel } from '../../src/abi/index.js';
import { Redactor } from '../../src/config/index.js';
import { contextLogger, PluginLog } from '../../src/host/plugin-logger.js';
import { recordingLogger } from './open-host.js';

const OWN = { logger: 'aisopod.plugins.mine', plugin: 'mine', from: 'plugin' };

function makeLog(secrets: readonly string[] = [], lineBytes = 100) {
  const { logger, lines } = recordingLogger();
  const redactor = new Redactor();
  redactor.add(secrets);
  return {
    lines,
    log: new PluginLog('mine', logger, redactor),
    own: contextLogger('mine', logger, redactor, lineBytes),
  };
}

describe('a log record of a plugin in C', () => {
  test.each([
    [LogLevel.TRACE, 'trace'],
    [LogLevel.DEBUG, 'debug'],
    [LogLevel.INFO, 'info'],
    [LogLevel.WARN, 'warn'],
    [LogLevel.ERROR, 'error'],
  ])('of level %i is logged as %s', (level, name) => {
    const { log, lines } = makeLog();
    log.log(level, 'text', '', undefined, 0);
    expect(lines).toEqual([{ level: name, text: 'text', ...OWN }]);
  });

  test('that blames the host is an error that says so', () => {
    const { log, lines } = makeLog();
    log.log(LogLevel.HOST_MISBEHAVING, 'text', '', undefined, 0);
    expect(lines).toEqual([{ level: 'error', text: 'text', hostMisbehaving: true, ...OWN }]);
  });

  test('carries its fields', () => {
    const { log, lines } = makeLog();
    log.log(LogLevel.INFO, 'text', '{"n":1,"deep":{"a":[2]}}', undefined, 0);
    expect(lines).toEqual([{ level: 'info', text: 'text', n: 1, deep: { a: [2] }, ...OWN }]);
  });

  test('carries the call that it belongs to, without its authority', () => {
    const { log, lines } = makeLog();
    const context = { user: 'ada', tenant: 'acme', role: 'owner', permissions: ['x'] };
    log.log(LogLevel.INFO, 'text', '', context, 7);
    expect(lines).toEqual([
      { level: 'info', text: 'text', user: 'ada', tenant: 'acme', call: 7, ...OWN },
    ]);
  });

  test('cannot claim another plugin, another user or the host in its fields', () => {
    const { log, lines } = makeLog();
    const fields = '{"plugin":"other","logger":"x","from":"host","user":"eve"}';
    log.log(LogLevel.INFO, 'text', fields, { user: 'ada' }, 0);
    expect(lines).toEqual([{ level: 'info', text: 'text', user: 'ada', ...OWN }]);
  });

  test('loses the secrets of the configuration in text and fields', () => {
    const { log, lines } = makeLog(['geheim']);
    log.log(LogLevel.INFO, 'is geheim', '{"key":"geheim","geheim":1}', undefined, 0);
    expect(JSON.stringify(lines)).not.toContain('geheim');
    expect(lines[0]).toMatchObject({ key: expect.any(String) });
  });

  test('keeps fields that nest too deeply to be searched for secrets as one text', () => {
    const { log, lines } = makeLog(['geheim']);
    const deep = `{"a":${'['.repeat(200)}"geheim"${']'.repeat(200)}}`;
    log.log(LogLevel.INFO, 'text', deep, undefined, 0);
    expect(lines[0]).toMatchObject({ fields: expect.stringContaining('[[[') });
    expect(JSON.stringify(lines)).not.toContain('geheim');
  });
});

test('lines that were lost are a warning with their number', () => {
  const { log, lines } = makeLog();
  log.logLost(3);
  expect(lines).toMatchObject([{ level: 'warn', lost: 3, from: 'host' }]);
});

test('a notice about a plugin says that it is the host’s', () => {
  const { log, lines } = makeLog();
  log.notice(LogLevel.WARN, 'text');
  expect(lines).toEqual([{ level: 'warn', text: 'text', ...OWN, from: 'host' }]);
});

describe('the logger of a plugin in TypeScript', () => {
  test('takes a text, or fields and a text', () => {
    const { own, lines } = makeLog();
    own.info('plain');
    own.info({ n: 1 }, 'with fields');
    expect(lines).toEqual([
      { level: 'info', text: 'plain', ...OWN },
      { level: 'info', text: 'with fields', n: 1, ...OWN },
    ]);
  });

  test('cannot claim the host in its fields', () => {
    const { own, lines } = makeLog();
    own.info({ from: 'host', plugin: 'other' }, 'text');
    expect(lines).toEqual([{ level: 'info', text: 'text', ...OWN }]);
  });

  test('takes fields alone', () => {
    const { own, lines } = makeLog();
    own.info({ n: 1 });
    expect(lines).toEqual([{ level: 'info', text: '', n: 1, ...OWN }]);
  });

  test('takes an Error alone, whose message is the text', () => {
    const { own, lines } = makeLog();
    own.error(Object.assign(new Error('boom'), { stack: 'Error: boom' }));
    expect(lines).toEqual([{ level: 'error', text: 'boom', err: 'Error: boom', ...OWN }]);
  });

  test('writes the causes of an Error', () => {
    const { own, lines } = makeLog([], 10_000);
    own.error(new Error('outer', { cause: new TypeError('inner') }));
    expect(lines[0]).toMatchObject({
      err: expect.stringMatching(/outer.*cause.*inner\n +at /s),
    });
  });

  test('leaves fields out that are over the limit, and says so in the line', () => {
    const { own, lines } = makeLog();
    own.info({ long: 'x'.repeat(200) }, 'text');
    expect(lines).toEqual([
      {
        level: 'info',
        text: 'text (its fields have more than 100 bytes and are left out)',
        ...OWN,
      },
    ]);
  });

  test('passes fields on that are not JSON', () => {
    const { own, lines } = makeLog();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    own.info(circle, 'text');
    expect(lines).toMatchObject([{ level: 'info', text: 'text', self: circle }]);
  });
});
