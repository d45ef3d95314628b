import { showPath } from '../../../base/text/index.js';
import type { Config } from '../../../config/index.js';
import type { Command, Context } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { readStdin } from '../../read-stdin.js';
import { usageError } from '../../usage-error.js';
import { tellWarnings } from './warnings.js';

const NAME = 'config set';

export const command: Command = {
  about: `
Writes a value into the configuration of a plugin: into plugins/<id>.toml of the home where there is
such a file, else into config.toml. It is checked before; comments, order and all else in the file
stay. A host that watches its configuration takes it over.

The value is text where the plugin's schema wants text, else JSON (81, true, '["a","b"]'), else text;
"-" reads it from standard input. A secret is given by --from-env or --from-file, which write down
where it is kept, or by "-", which writes it into the file itself; not as an argument, which other
users of this machine can see.

With --json: {"plugin","key","file","line","shadowed","warnings":[]}.`,
  examples: [
    ['aisopod config set ticker interval_ms 250', 'a number'],
    ['aisopod config set weather server.host example.com', 'a value in a table'],
    ['aisopod config set weather api_key --from-env WEATHER_KEY', 'a secret'],
  ],
  async run(context, [id = '', key = '', word]) {
    const { config } = await discoverHost(context);
    const value = await givenValue(context, config, { id, key, word });
    const { file, line, shadowed, warnings } = await config.set(id, key, value);
    const { stdout, options } = context;
    if (options.json) {
      const told = warnings.map((warning) => warning.toJSON());
      await printJson(stdout, { plugin: id, key, file, line, shadowed, warnings: told });
    } else {
      await stdout.write(`${key} of ${id} is set in ${showPath(file)}:${line}\n`);
      tellWarnings(warnings, context);
    }
    return 0;
  },
};

interface Words {
  readonly id: string;
  readonly key: string;
  readonly word: string | undefined;
}

/** The one of value, --from-env and --from-file that was given. */
async function givenValue(
  context: Context,
  config: Config,
  { id, key, word }: Words,
): Promise<unknown> {
  const { 'from-env': env, 'from-file': file } = context.options;
  const given = [word, env, file].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const much = given.length === 0 ? 'needs' : 'takes one of';
    throw usageError(
      `"aisopod ${NAME}" ${much} <value>, --from-env NAME and --from-file PATH.`,
      { given: given.length },
      NAME,
    );
  }
  if (word === undefined) {
    if (!config.parse(id, key, '').secret) throw notSecret(id, key);
    return env === undefined ? { file } : { env };
  }
  if (word === '-') {
    const text = (await readStdin(context, NAME)).replace(/\r?\n$/, '');
    return config.parse(id, key, text).value;
  }
  const { value, secret } = config.parse(id, key, word);
  if (!secret) return value;
  throw usageError(
    `${key} of ${id} is a secret, and the arguments of a program can be seen. Say where it is kept, ` +
      'by --from-env NAME or --from-file PATH, or give it on standard input, with "-".',
    { plugin: id, key },
    NAME,
  );
}

function notSecret(id: string, key: string) {
  return usageError(
    `${key} of ${id} is not marked as a secret by the plugin, so it can't be a reference to one.`,
    { plugin: id, key },
    NAME,
  );
}
