// Node-RED loads CommonJS. In a checkout the TypeScript source itself runs; a published package holds it built.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

module.exports = function load(name) {
  const source = join(__dirname, '..', 'src', `${name}.mts`);
  return require(existsSync(source) ? source : join(__dirname, '..', 'dist', `${name}.mjs`))
    .default;
};
