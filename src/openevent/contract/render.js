// Renders the blueprint on standard input with aglio.
// Prints, as JSON, the page and a line for each warning of aglio's parser.
const fs = require('fs');
const aglio = require('aglio');

const source = fs.readFileSync(0, 'utf8');
const options = { themeVariables: 'default', themeFullWidth: true, themeCondenseNav: true };

aglio.render(source, options, (error, page, warnings) => {
  if (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const lines = (warnings || []).map(({ message, location }) => {
    const at = location && location.length ? source.slice(0, location[0].index).split('\n').length : 0;
    return `aglio, line ${at} of the assembled blueprint: ${message}`;
  });
  process.stdout.write(JSON.stringify({ page, warnings: lines }));
});
