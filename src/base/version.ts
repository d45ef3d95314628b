/** Version of the host; equal to package.json's, which a test checks. */
export const HOST_VERSION = '0.1.0';
export const HOST_NAME = 'aisopod';
