#!/usr/bin/env node
// The program `aisopod`.
const refused = require('./node-version.cjs').refusal();

if (refused === null) {
  import('../dist/cli/main.js');
} else {
  process.stderr.write(`error: ${refused}\n`);
  process.exitCode = 1;
}
