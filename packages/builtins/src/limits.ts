/** Bounds on what one built-in may make. Fuel is charged for arguments by their size; these hold where a result can be out of proportion to the arguments. */

/** Longest text, in UTF-16 code units: 16 MiB of ASCII. */
export const MAX_TEXT: number = 1 << 24;
/** Most elements of an array or set. */
export const MAX_ELEMENTS: number = 1 << 20;
