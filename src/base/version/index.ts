export { HOST_NAME, HOST_VERSION } from './host-version.js';
