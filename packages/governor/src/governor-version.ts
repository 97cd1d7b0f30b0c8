/** Recorded with each decision; equal to the version in package.json (a test compares them). */
export const governorVersion = "0.1.0";
