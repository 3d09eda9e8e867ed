// `npm run test:cards`: every card in every look, in a browser; `npm test` looks at a sample.
process.env.CARDS = 'all';
process.env.REQUIRE_BROWSER = '1';
process.argv.push('test/e2e/cards');
await import('./test.mjs');
