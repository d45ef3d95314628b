// As require.cjs, for require('aisopod/testing').
require('./node-version.cjs').checkRequire();
module.exports = require('../dist/testing/index.js');
