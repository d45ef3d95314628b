// Takes turns between two arms and compares their medians.

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * Runs two arms in turns: ours, theirs, ours, theirs ...
 * @param {{ ours: () => unknown, theirs: () => unknown, per: number, rounds?: number,
 *   warm?: number }} row `per`: how many operations one run of an arm does
 * @returns {Promise<{ ours: number, theirs: number, ratio: number }>} medians in nanoseconds an
 *   operation, and the median of the ratios within each turn
 */
export async function compare({ ours, theirs, per, rounds = 15, warm = 3 }) {
  const a = [];
  const b = [];
  for (let round = -warm; round < rounds; round++) {
    const mine = await time(ours);
    const other = await time(theirs);
    if (round < 0) continue;
    a.push(mine / per);
    b.push(other / per);
  }
  return { ours: median(a), theirs: median(b), ratio: median(a.map((each, i) => each / b[i])) };
}

async function time(arm) {
  const begun = process.hrtime.bigint();
  await arm();
  return Number(process.hrtime.bigint() - begun);
}
