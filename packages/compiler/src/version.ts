/** Of this package; goes into manifests. A test compares it with package.json. */
export const COMPILER_VERSION = "0.1.0";
