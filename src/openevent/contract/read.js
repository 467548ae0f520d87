// Reads an API Blueprint on standard input. Prints, as JSON, what drafter parsed, with source
// maps ("tree"), and the transactions and annotations that Dredd makes of the same ("dredd"):
// as a text, which whoever does not replay them need not read.
const dredd = require.resolve('dredd-transactions');
const [drafter, { minim }] = ['drafter.js', '@apielements/core'].map(
  (name) => require(require.resolve(name, { paths: [dredd] })),
);
const compile = require('dredd-transactions/compile');

const MEDIA_TYPE = 'text/vnd.apiblueprint';

// Bodies and schemas that drafter generates are for Dredd, and large; they come from no line.
function asWritten(key, value) {
  if (key !== 'content' || !Array.isArray(value)) return value;
  return value.filter(({ element, attributes }) => element !== 'asset' || attributes.sourceMap);
}

let source = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => { source += chunk; });
process.stdin.on('end', () => {
  drafter.parse(source, { exportSourcemap: true }, (error, tree) => {
    if (!tree) {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
    const { transactions, annotations } = compile(MEDIA_TYPE, minim.fromRefract(tree), 'api.apib');
    const made = { mediaType: MEDIA_TYPE, transactions, annotations };
    const text = JSON.stringify(tree, asWritten);
    process.stdout.write(`{"tree": ${text}, "dredd": ${JSON.stringify(JSON.stringify(made))}}`);
  });
});
