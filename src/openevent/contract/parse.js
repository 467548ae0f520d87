// Reads an API Blueprint on standard input; prints drafter's parse result as JSON, with
// source maps. The drafter is the one that Dredd validates with, so that both agree.
const dredd = require.resolve('dredd-transactions');
const drafter = require(require.resolve('drafter.js', { paths: [dredd] }));

let source = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => { source += chunk; });
process.stdin.on('end', () => {
  const options = {
    exportSourcemap: true,
    generateMessageBody: false,
    generateMessageBodySchema: process.argv.includes('--schemas'),
  };
  drafter.parse(source, options, (error, result) => {
    if (!result) {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(JSON.stringify(result));
  });
});
