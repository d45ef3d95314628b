// What the files of this folder say on a Node.js that is too old for the rest of the package. They are
// written for Node.js 10, and load nothing of dist before they have looked.
const MINIMUM = [20, 19];

/** Returns one line about why this Node.js is refused; null when it is new enough. */
function refusal() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return null;
  return (
    `aisopod needs Node.js ${MINIMUM.join('.')} or newer, but ${process.execPath} is ${process.version}. ` +
    'Install a newer one from https://nodejs.org'
  );
}

/** Throws the refusal, if any. */
function check() {
  const refused = refusal();
  if (refused !== null) fail(refused);
}

/** The same for require(), which loads ES modules in Node.js 20.19, and again from 22.12 on. */
function checkRequire() {
  check();
  if (process.features.require_module === true) return;
  fail(
    `require() of ${process.execPath} (${process.version}) cannot load aisopod, which is an ES module. ` +
      "Load it with: await import('aisopod')",
  );
}

/** Throws an error that is shown in one line, without a stack. */
function fail(message) {
  const error = new Error(message);
  error.code = 'ERR_AISOPOD_NODE_VERSION';
  error.stack = `Error: ${message}`;
  throw error;
}

module.exports = { refusal, check, checkRequire };
