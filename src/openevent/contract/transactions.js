// Reads an API Blueprint on standard input; prints what Dredd makes of it: transactions and
// annotations. It takes Dredd half a minute, and two replays ask for the same.
const compile = require('dredd-transactions/compile');
const parse = require('dredd-transactions/parse');

let source = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => { source += chunk; });
process.stdin.on('end', () => {
  parse(source, (error, { mediaType, apiElements }) => {
    const { transactions, annotations } = compile(mediaType, apiElements, 'api.apib');
    process.stdout.write(JSON.stringify({ mediaType, transactions, annotations }));
  });
});
