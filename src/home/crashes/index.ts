export type { Crash, ProcessEnd, StartStep } from './crash.js';
export { CrashRecords } from './crash-records.js';
export { type EndedJournal, endedJournals, removeJournal } from './ended-journals.js';
export { Journal } from './journal.js';
