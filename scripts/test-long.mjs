// npm run test:long: npm test with every round of the tests that repeat what they do.
process.env.AISOPOD_TEST_ROUNDS = 'all';
await import('./test.mjs');
