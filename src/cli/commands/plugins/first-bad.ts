/**
 * The smallest amount with which something fails, when it fails with `all`.
 * @param all from 1
 * @param works asked about amounts from 0 to all - 1, as often as log2(all + 1) rounded up
 */
export async function firstBad(
  all: number,
  works: (amount: number) => Promise<boolean>,
): Promise<number> {
  let good = -1;
  let bad = all;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await works(middle)) good = middle;
    else bad = middle;
  }
  return bad;
}
