import { describe, expect, it } from '@jest/globals';

import { person, script } from './stage.js';

describe('usher chat behind a pipe', () => {
  it('says each line, prints each reply, and leaves politely when the replies have settled', async () => {
    const { clock, peer, input, shown, done } = script();
    await clock.settle();
    expect(peer.arrival.target.toString()).toBe('sip:echo@127.0.0.1');
    expect(peer.arrival.options.from?.toString()).toBe('sip:alice@127.0.0.1');
    input.push('one');
    input.push('');
    input.push('two');
    input.end();
    peer.accept();
    await clock.settle();
    expect(peer.heard).toEqual(['one', 'two']);
    peer.say('one');
    peer.say('two\nlines');
    await clock.advance(999);
    expect(peer.ends).toEqual([]);
    await clock.advance(1);
    expect(await done).toBe(true);
    expect(shown.out).toBe('one\ntwo\nlines\n');
    expect(shown.errors).toBe('Inviting echo@127.0.0.1 …\nAccepted.\n');
    expect(peer.ends).toHaveLength(1);
    expect(peer.closed).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  it('fails where the invitation is rejected, and says what the status means', async () => {
    const { clock, peer, shown, done } = script();
    await clock.settle();
    peer.arrival.answer({ type: 'rejected', status: 486, text: 'Busy Here' });
    expect(await done).toBe(false);
    expect(shown.errors).toContain(
      'Not accepted: 486 Busy Here (busy: no session is free just now).',
    );
    expect(peer.closed).toBe(true);
  });

  it('fails where a message is not delivered, and goes on with the next', async () => {
    const { clock, peer, input, shown, done } = script();
    await clock.settle();
    peer.accept();
    peer.delivery = { type: 'failed', status: 413, reason: 'Request Entity Too Large' };
    input.push('one');
    input.push('two');
    input.end();
    await clock.advance(5_000);
    expect(await done).toBe(false);
    expect(peer.heard).toEqual(['one', 'two']);
    expect(shown.errors).toContain(
      'Not delivered: 413 Request Entity Too Large (it was too large).',
    );
  });

  it('fails where the other end leaves before every line was said', async () => {
    const { clock, peer, input, shown, done } = script();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.arrival.receiver.end({ by: 'peer', why: 'hung-up' });
    input.push('too late');
    input.end();
    await clock.advance(500);
    expect(await done).toBe(false);
    expect(shown.errors).toContain('echo has left.\nThe session ended before every line was sent.');
    expect(peer.ends).toEqual([]);
  });

  it('is well where the other end leaves after the last line', async () => {
    const { clock, peer, input, done } = script();
    await clock.settle();
    peer.accept();
    input.push('bye');
    input.end();
    await clock.settle();
    peer.arrival.receiver.end({ by: 'peer', why: 'hung-up' });
    expect(await done).toBe(true);
  });

  it('leaves when it is told to, however many lines are there already to be said', async () => {
    let left = 1_000;
    const next = (): Promise<IteratorResult<string>> => {
      left -= 1;
      return Promise.resolve(left < 0 ? { done: true, value: undefined } : { value: 'line' });
    };
    const lines = { [Symbol.asyncIterator]: () => ({ next }) };
    const { clock, peer, done, leave } = script({}, lines);
    await clock.settle();
    peer.delivery = undefined;
    peer.accept();
    await clock.settle();
    leave();
    await done;
    expect(peer.heard).toEqual(['line']);
    expect(peer.ends).toHaveLength(1);
  });

  it('follows a forward only where it was told to', async () => {
    const target = 'sip:desk@127.0.0.2';
    const left = script();
    await left.clock.settle();
    left.peer.arrival.answer({ type: 'forwarded', status: 302, targets: [target] });
    expect(await left.done).toBe(false);
    expect(left.shown.errors).toContain(
      'echo@127.0.0.1 forwards you to sip:desk@127.0.0.2.\nNot followed. To go there: usher chat sip:desk@127.0.0.2',
    );

    const right = script({ follow: true });
    await right.clock.settle();
    right.peer.arrival.answer({ type: 'forwarded', status: 302, targets: [target] });
    await right.clock.settle();
    expect(right.peer.arrival.target.toString()).toBe(target);
    right.peer.accept();
    right.input.end();
    await right.clock.advance(5_000);
    expect(await right.done).toBe(true);
  });

  it('does not follow to where TLS is wanted unless it speaks TLS itself', async () => {
    const target = 'sips:desk@example.com';
    const left = script({ follow: true });
    await left.clock.settle();
    left.peer.arrival.answer({ type: 'forwarded', status: 302, targets: [target] });
    expect(await left.done).toBe(false);
    expect(left.shown.errors).toContain(
      'Not followed, since that wants TLS. To go there: usher chat sips:desk@example.com',
    );

    const { arrival } = left.peer;
    const secure = { address: arrival.target, transport: 'tls' } as const;
    const right = script({ follow: true, target: secure });
    await right.clock.settle();
    right.peer.arrival.answer({ type: 'forwarded', status: 302, targets: [target] });
    await right.clock.settle();
    expect(right.peer.arrival.target.toString()).toBe(target);
    right.leave();
    expect(await right.done).toBe(false);
  });

  it('warns of who asked for a password and does not know it', async () => {
    const { clock, peer, input, shown, done } = script({ user: 'alice' });
    await clock.settle();
    peer.door?.violated({ code: 'false-proof', message: 'the peer lies' });
    peer.accept();
    input.end();
    await clock.advance(5_000);
    expect(await done).toBe(true);
    expect(shown.errors).toContain('Beware: the peer lies.');
  });

  it('is not at home to others', async () => {
    const { clock, peer, leave, done } = script();
    await clock.settle();
    const knock = { invitation: {} } as Parameters<NonNullable<typeof peer.door>['knock']>[0];
    expect(peer.door?.knock(knock)).toEqual({ status: 480 });
    leave();
    await done;
  });

  it('says what to write where a password is wanted', async () => {
    const { clock, peer, shown, done } = script();
    await clock.settle();
    peer.arrival.answer({ type: 'rejected', status: 401, text: 'Unauthorized' });
    expect(await done).toBe(false);
    expect(shown.errors).toContain('Not accepted: 401 Unauthorized (a password is wanted).');
    expect(shown.errors).toContain('--user NAME');
  });

  it('says why a proof was not taken, or not given', async () => {
    const refusals = [
      ['wrong-credentials', 401, 'alice or the password is wrong.'],
      ['weak-challenge', 407, 'MD5 only. With --md5,'],
      ['unknown-realm', 401, 'MD5 only.'],
    ] as const;
    for (const [code, status, why] of refusals) {
      const { clock, peer, shown, done } = script({ user: 'alice' });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await clock.settle();
      peer.door?.violated({ code, message: 'MD5 only' });
      peer.arrival.answer({ type: 'rejected', status, text: 'No' });
      // oxlint-disable-next-line no-await-in-loop
      expect(await done).toBe(false);
      expect(shown.errors).toContain(why);
    }
  });

  it('does not follow a forward round in a circle', async () => {
    const { clock, peer, done, shown } = script({ follow: true });
    await clock.settle();
    peer.arrival.answer({ type: 'forwarded', status: 302, targets: ['sip:b@127.0.0.1'] });
    await clock.settle();
    peer.arrival.answer({ type: 'forwarded', status: 302, targets: ['sip:echo@127.0.0.1'] });
    expect(await done).toBe(false);
    expect(shown.errors).toContain('That leads nowhere new');
    expect(peer.arrivals).toHaveLength(2);
  });

  it('says after two seconds that there is no answer yet, and gives up after ten', async () => {
    const { clock, peer, shown, done } = script();
    await clock.advance(2_000);
    expect(shown.errors).toContain('No answer yet …');
    await clock.advance(7_999);
    expect(peer.arrival.options.signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(await done).toBe(false);
    expect(shown.errors).toContain('Nobody answers at 127.0.0.1: is Usher running there?');
    expect(peer.arrival.options.signal?.aborted).toBe(true);
  });

  it('waits on where somebody is there and takes time to decide', async () => {
    const { clock, peer, shown, done, leave } = script();
    await clock.settle();
    peer.arrival.options.progress?.(180, 'Ringing');
    await clock.advance(60_000);
    expect(shown.errors).toContain('180 Ringing …');
    expect(peer.arrival.options.signal?.aborted).toBe(false);
    leave();
    expect(await done).toBe(false);
    expect(peer.arrival.options.signal?.aborted).toBe(true);
  });

  it('gives up at once where the network says that nobody is there', async () => {
    const { shown, done } = script({ unreachable: Promise.resolve('nothing listens there') });
    expect(await done).toBe(false);
    expect(shown.errors).toContain('Nobody can be reached at 127.0.0.1: nothing listens there.');
  });

  it('shows what is no text by its type and size', async () => {
    const { clock, peer, input, shown, done } = script();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.say('\u0001\u0002', 'image/png');
    input.end();
    await clock.advance(5_000);
    await done;
    expect(shown.out).toBe('[image/png, 2 octets]\n');
  });

  it('fails where the session is lost', async () => {
    const { clock, peer, shown, done, input } = script();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.arrival.receiver.end({ by: 'network', why: 'lost' });
    input.end();
    await clock.advance(500);
    expect(await done).toBe(false);
    expect(shown.errors).toContain('The session is lost: lost.');
  });
});

describe('usher chat at a terminal', () => {
  it('shows replies above the line that is being typed', async () => {
    const { clock, peer, rows, type, key, done } = person();
    await clock.settle();
    peer.accept();
    await clock.settle();
    type('hello');
    peer.say('Good day.\nHow are you?');
    expect(rows()).toEqual([
      '  Inviting echo@127.0.0.1 …',
      '  Accepted. Type a line to say something; /quit or Ctrl-C hangs up.',
      'echo  Good day.',
      '      How are you?',
      '> hello',
    ]);
    key('return');
    await clock.settle();
    expect(peer.heard).toEqual(['hello']);
    expect(rows().slice(-2)).toEqual(['you  hello', '> ']);
    key('c', true);
    expect(await done).toBe(true);
    expect(peer.ends).toHaveLength(1);
  });

  it('shows that the other end is typing, until it has said something', async () => {
    const { clock, peer, rows, key, done } = person();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.arrival.receiver.compose('active');
    expect(rows().slice(-2)).toEqual(['  echo is typing…', '> ']);
    peer.say('there');
    expect(rows().slice(-2)).toEqual(['echo  there', '> ']);
    key('d', true);
    await done;
  });

  it('tells the other end who is typing, when that begins and ends (RFC 3994)', async () => {
    const { clock, peer, type, key, done } = person();
    await clock.settle();
    peer.accept();
    await clock.settle();
    type('hi');
    expect(peer.typing).toEqual(['active']);
    key('backspace');
    key('backspace');
    expect(peer.typing).toEqual(['active', 'idle']);
    type('x');
    await clock.advance(15_000);
    expect(peer.typing).toEqual(['active', 'idle', 'active', 'idle']);
    type('y');
    key('return');
    // The message itself says that nobody is typing any more.
    expect(peer.typing).toEqual(['active', 'idle', 'active', 'idle', 'active']);
    await clock.advance(60_000);
    expect(peer.typing).toHaveLength(5);
    key('c', true);
    await done;
  });

  it('asks whether to follow a forward', async () => {
    const { clock, peer, rows, type, key, done } = person();
    await clock.settle();
    peer.arrival.answer({ type: 'forwarded', status: 302, targets: ['sip:desk@127.0.0.2'] });
    await clock.settle();
    expect(rows().slice(-2)).toEqual([
      '  echo@127.0.0.1 forwards you to sip:desk@127.0.0.2.',
      '  Follow to desk@127.0.0.2? (y/n) ',
    ]);
    type('y');
    await clock.settle();
    expect(peer.arrival.target.toString()).toBe('sip:desk@127.0.0.2');
    peer.accept();
    await clock.settle();
    type('/quit');
    key('return');
    expect(await done).toBe(true);
  });

  it('leaves when Ctrl-C is pressed while the invitation is under way', async () => {
    const { clock, peer, key, done, screen } = person();
    await clock.settle();
    key('c', true);
    expect(await done).toBe(false);
    expect(peer.arrival.options.signal?.aborted).toBe(true);
    expect(screen.released).toBe(true);
  });

  it('leaves when Ctrl-C is pressed while a question stands', async () => {
    const { clock, peer, key, done } = person();
    await clock.settle();
    peer.arrival.answer({ type: 'forwarded', status: 302, targets: ['sip:desk@127.0.0.2'] });
    await clock.settle();
    key('c', true);
    expect(await done).toBe(false);
  });

  it('is not commanded by what the other end says', async () => {
    const { clock, peer, rows, key, done } = person();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.say('\u001B[2J\u001B]0;gone\u0007\u202Eyou  I agree');
    expect(rows().slice(-2)).toEqual([
      'echo  \\u{1b}[2J\\u{1b}]0;gone\\u{7}\\u{202e}you  I agree',
      '> ',
    ]);
    key('c', true);
    await done;
  });

  it('says that a message was not delivered', async () => {
    const { clock, peer, rows, type, key, done } = person();
    await clock.settle();
    peer.accept();
    await clock.settle();
    peer.delivery = { type: 'failed', status: 486, reason: 'Busy Here' };
    type('hello');
    key('return');
    await clock.settle();
    expect(rows().slice(-3)).toEqual([
      'you  hello',
      '  Not delivered: 486 Busy Here (busy: no session is free just now).',
      '> ',
    ]);
    key('c', true);
    expect(await done).toBe(false);
  });
});
