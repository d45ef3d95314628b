// npm run test:long: npm test with every round of the tests that repeat what they do, and, if no tests are
// named, the model of a reload before.
process.env.AISOPOD_TEST_ROUNDS = 'all';
if (process.argv.length === 2) await import('./check-model.mjs');
await import('./test.mjs');
