// `npm run test:long`: what `npm test` leaves out for its length, or looks at in a sample: every card in every look, in a browser, and the long scenarios.
process.env.CARDS = 'all';
process.env.REQUIRE_BROWSER = '1';
process.argv.push('test/e2e/cards', String.raw`\.long\.test\.ts$`);
await import('./test.mjs');
