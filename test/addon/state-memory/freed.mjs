// Saves a large state again and again, and restores each once. Prints how many MiB the process has grown by.
//
//   node freed.mjs <folder of the plugin> <bytes of a state> <times>
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { load } from '../shortage/plugin.mjs';

const [folder, bytes, times] = process.argv.slice(2);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const nothing = () => {};
const start = async (state) => {
  const instance = await load(folder, nothing, nothing, JSON.stringify({ bytes: Number(bytes) }));
  await instance.register();
  if (state !== undefined) await instance.restoreState(state);
  await instance.init();
  return instance;
};

const instance = await start();
let before = 0;
for (let i = 0; i <= Number(times); i++) {
  await (await start(await instance.saveState())).shutdown(0, 'reload');
  collect();
  await new Promise(setImmediate); // memory that JavaScript has left is freed in a later turn
  if (i === 0) before = process.memoryUsage.rss();
}
console.log(Math.round((process.memoryUsage.rss() - before) / 2 ** 20));
await instance.shutdown(0, 'close');
