// What spin searches of docs/internals/reload.pml, and what it must find there.

const ONE_EACH = ['-DRELOADS=1', '-DCALLS=1', '-DEVENTS=1'];
const NO_EVENTS = ['-DRELOADS=1', '-DCALLS=1', '-DEVENTS=0'];
const ALONE = ['-DALONE', '-DRELOADS=2', '-DCALLS=3', '-DEVENTS=2'];

/** Each holds. */
export const VARIANTS = [
  { name: 'three-callers', defines: ONE_EACH },
  { name: 'no-limit', defines: ['-DNO_LIMIT', ...ONE_EACH] },
  { name: 'single', defines: ['-DSINGLE', ...ONE_EACH] },
  { name: 'thread', defines: ['-DTHREAD', ...NO_EVENTS] },
  { name: 'close', defines: ['-DCLOSE', ...NO_EVENTS] },
  { name: 'close-single', defines: ['-DCLOSE', '-DSINGLE', ...NO_EVENTS] },
  { name: 'two-reloads', defines: ALONE },
  { name: 'two-reloads-single', defines: ['-DSINGLE', ...ALONE] },
  { name: 'all-are-answered', defines: NO_EVENTS, fair: true },
];

const AFTER_SAVE = '!(gen[';
const LOST = 'closed||failed';
const UNANSWERED = 'answers[g]==asked[g]';

/** Each is a mistake that spin finds; `found` is a part of what it reports. */
export const MISTAKES = [
  { name: 'BUG_NO_DRAIN', defines: NO_EVENTS, found: AFTER_SAVE },
  { name: 'BUG_LEFT_CALLS', defines: NO_EVENTS, found: AFTER_SAVE },
  { name: 'BUG_ONE_DRAIN', defines: ONE_EACH, found: AFTER_SAVE },
  { name: 'BUG_NO_PAUSE', defines: ONE_EACH, found: AFTER_SAVE },
  { name: 'BUG_NO_SEAL', defines: ['-DTHREAD', ...NO_EVENTS], found: AFTER_SAVE },
  { name: 'BUG_OLD_ROUTE', defines: NO_EVENTS, found: LOST },
  { name: 'BUG_TWO_TURNS', defines: NO_EVENTS, found: LOST },
  {
    name: 'BUG_EARLY_SWAP',
    defines: ['-DALONE', '-DRELOADS=1', '-DCALLS=2', '-DEVENTS=0'],
    found: '>=newest',
  },
  { name: 'BUG_LATE_ANSWER', defines: NO_EVENTS, found: '<=asked' },
  { name: 'BUG_OWN_CALLS_WAIT', defines: ['-DNO_LIMIT', ...NO_EVENTS], found: UNANSWERED },
  { name: 'BUG_GATE_STAYS', defines: NO_EVENTS, found: UNANSWERED },
  { name: 'BUG_NOT_SILENT', defines: ONE_EACH, found: 'received[' },
  { name: 'BUG_EVENTS_STAY', defines: ONE_EACH, found: 'received[' },
  { name: 'BUG_OVERLAP', defines: ['-DSINGLE', ...NO_EVENTS], found: 'alive==1' },
  { name: 'BUG_EVENTS_GAP', defines: ['-DSINGLE', ...ONE_EACH], found: 'received[' },
  { name: 'BUG_KEPT_LOST', defines: ['-DSINGLE', ...ONE_EACH], found: 'received[' },
];
