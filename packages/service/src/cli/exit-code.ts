/** What the `usher` command ends with. */
export const EXIT = {
  /** All went well: closed as asked, or nothing wrong was found. */
  well: 0,
  /** Something is wrong with the configuration, a place to listen, or what was to be said. */
  failed: 1,
  /** The command itself was not understood. */
  usage: 2,
  /** An error in Usher itself (EX_SOFTWARE of sysexits.h). */
  internal: 70,
} as const;
