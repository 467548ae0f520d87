// Renders the blueprint on standard input with aglio into the file named as argument.
// Prints each warning of aglio's parser on a line.
const fs = require('fs');
const aglio = require('aglio');

const source = fs.readFileSync(0, 'utf8');
const options = { themeVariables: 'default', themeFullWidth: true, themeCondenseNav: true };

aglio.render(source, options, (error, html, warnings) => {
  if (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  fs.writeFileSync(process.argv[2], html);
  for (const { message, location } of (warnings || [])) {
    const at = location && location.length ? source.slice(0, location[0].index).split('\n').length : 0;
    process.stdout.write(`aglio, line ${at} of the assembled blueprint: ${message}\n`);
  }
});
