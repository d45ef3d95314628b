// Runs lives of one kind, each with a shortage and followed by one without. What is done next is
// written down before, so that the last line says what it was that did not end well.
//
//   node lives.mjs <kind: a module beside this one> <folder of the plugin> <JSON: {from, to, again}>
//
// The last line is "done", and from which number on nothing failed.
import { writeSync } from 'node:fs';
import { arm, failures } from './shortage.mjs';

const [kind, folder, orders] = process.argv.slice(2);
const { live } = await import(`./${kind}.mjs`);
const { from, to, again } = JSON.parse(orders);

/** @returns the names of the steps that failed for want of memory */
function once(title, order) {
  const failed = [];
  return live({
    folder,
    order,
    begin: () => arm(order),
    end: () => arm(null),
    failed,
    step: (name) => writeSync(1, `${title}: ${name}\n`),
  }).then(() => failed);
}

async function ordinary(title) {
  const failed = await once(title, null);
  if (failed.length > 0) throw new Error(`without a shortage these failed: ${failed}`);
}

await ordinary('at first');
let nth = from;
for (; nth < to; nth++) {
  const before = failures();
  const failed = await once(`allocation ${nth}`, { nth, again });
  if (failures() === before) {
    if (failed.length > 0) throw new Error(`without a failure these failed: ${failed}`);
    break;
  }
  await ordinary(`after allocation ${nth}`);
}
writeSync(1, `done ${nth}\n`);
