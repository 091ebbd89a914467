/** Where a bot notes what people should know. */

/** Notes become activity of type `noted`, under the bot's id; never put secrets or what people said into them. */
export interface Log {
  /** Something worth knowing. */
  info(text: string, data?: Readonly<Record<string, unknown>>): void;
  /** Something that somebody should look at. */
  warn(text: string, data?: Readonly<Record<string, unknown>>): void;
}
