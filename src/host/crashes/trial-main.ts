// The process of a trial: starts the plugins that its standard input names.
import { readFileSync } from 'node:fs';
import { readJson } from '../../base/json/index.js';
import { createHost, startOneByOne } from '../plugin-host.js';
import { ChildReports } from './child-reports.js';
import type { TrialRequest } from './trial.js';

const STDIN = 0;

const { options, ids, without } = readJson<TrialRequest>(readFileSync(STDIN, 'utf8'));
const marks = new ChildReports();
const host = createHost(options, { marks, asTheyAre: true });
host.discover();
await startOneByOne(host, ids, without);
marks.done(0);
await host.close();
process.exit(); // a thread that never returns may be left
