/** Placements and refusals, in few words. */
import { type Bot, createHost, type Placement, type Plugin, reject } from '../../src/index.js';

/** A bot that is always busy. */
export const busy: Bot = { decide: () => reject('busy') };

/** A plugin at its place. */
export function placed(plugin: Plugin, more: Partial<Placement> = {}): Placement {
  return { id: 'bot', order: 1, plugin, ...more };
}

/** The code and message with which a house is refused; `built` where it is not. */
export async function refusal(plugin: Plugin, more: Partial<Placement> = {}): Promise<string> {
  try {
    await createHost({ userAgents: [], bots: [placed(plugin, more)] });
    return 'built';
  } catch (error) {
    return error instanceof Error && 'code' in error
      ? `${String(error.code)}: ${error.message}`
      : String(error);
  }
}
