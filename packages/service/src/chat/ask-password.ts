/** Asks for a password at a terminal, and shows nothing of it. */
import { EMPTY_LINE, type LineState, press, type Terminal } from '@usher/console';

/** What was typed until the end of the line; undefined where whoever was asked would rather leave. */
export function askPassword(terminal: Terminal, user: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let state: LineState = EMPTY_LINE;
    const finish = (password: string | undefined): void => {
      terminal.release();
      terminal.write('\n');
      resolve(password);
    };
    terminal.write(`Password of ${user}: `);
    terminal.listen(
      (key) => {
        const typed = press(state, key);
        if (typed.type === 'changed') state = typed.state;
        else finish(typed.type === 'entered' ? typed.text : undefined);
      },
      () => undefined,
    );
  });
}
