// What require('aisopod') loads where no condition of package.json led to dist: Node.js below 20.19, and
// tools that don't know module-sync.
require('./node-version.cjs').checkRequire();
module.exports = require('../dist/index.js');
