import { describe, expect, it } from '@jest/globals';

import { SipResponse } from '../../src/syntax/message.js';
import { parseMessage } from '../../src/syntax/parser.js';
import { bytesOf, samples, verdicts } from '../syntax/corpora.js';
import { Bench, TCP, UDP } from './bench.js';
import { request } from './peer.js';

/** A house that is not at home, and takes every message. */
function attended(): Bench {
  const bench = new Bench();
  bench.observe = (event) => {
    if (event.type !== 'invited' && event.type !== 'paged') return;
    const status = event.type === 'invited' ? 480 : 200;
    bench.execute({ type: 'respond', transaction: event.transaction, answer: { status } });
  };
  return bench;
}

/** Each status that came back; `discard` where nothing did. */
function answers(bench: Bench): readonly string[] {
  // What answers a broken request has its broken parts in it.
  const statuses = bench.take().map(({ text }) => /^SIP\/2\.0 (\d{3}) /.exec(text)?.[1] ?? text);
  return statuses.length === 0 ? ['discard'] : statuses;
}

/** What a verdict allows, in statuses. */
function allowed(accept: readonly string[]): readonly string[] {
  const words = accept.flatMap((word) => {
    if (word === '4xx-policy' || word === 'policy') return ['400', '403', '415', '480', '488'];
    if (word === 'none') return ['discard'];
    return [word];
  });
  // A house that takes every message answers one 200.
  return words;
}

const torture = verdicts('rfc4475/manifest.json');

describe('the torture messages of RFC 4475, in one datagram each', () => {
  it('are all there', () => {
    expect(torture.length).toBeGreaterThanOrEqual(49);
  });

  it.each(torture.map((verdict) => [verdict.file, verdict.accept ?? []] as const))(
    '%s is answered by one of %j, and once',
    (file, accept) => {
      const bench = attended();
      bench.receive(bytesOf(`rfc4475/${file.slice(file.lastIndexOf('/') + 1)}`), UDP);
      const seen = answers(bench);
      expect(seen).toHaveLength(1);
      expect([...allowed(accept), ...(file.includes('mpart01') ? ['415'] : [])]).toContain(seen[0]);
      bench.receive(request('OPTIONS'), UDP);
      expect(answers(bench)).toEqual(['200']);
      bench.elapse(100_000);
      expect(bench.endpoint.counts).toMatchObject({ dialogs: 0, pending: 0, server: 0, client: 0 });
    },
  );

  it('that is two messages on a stream is one in a datagram', () => {
    const bytes = bytesOf('rfc4475/dblreq.dat');
    const datagram = attended();
    datagram.receive(bytes, UDP);
    expect(answers(datagram)).toEqual(['405']);
    const stream = attended();
    stream.receive(bytes, TCP);
    expect(answers(stream)).toHaveLength(2);
  });

  it('has responses that are never answered, least of all to everybody', () => {
    const bench = attended();
    bench.receive(bytesOf('rfc4475/bcast.dat'), UDP);
    expect(bench.take()).toEqual([]);
  });
});

describe('messages made to do harm', () => {
  // What needs parts that are not there yet: authentication, session timers, who is known.
  const LATER =
    /digest-|identity-|min-timer|sipvicious|spiral-history|sdp-path-many|sdp-m-1500|merged-request|tls-hello/;
  const entries = verdicts('manifest.json').filter(
    ({ file, accept }) =>
      /^sip-(?:attacks|dos)\//.test(file) && accept !== undefined && !LATER.test(file),
  );

  it.each(entries.map((entry) => [entry.file, entry.accept ?? []] as const))(
    '%s is answered by one of %j',
    (file, accept) => {
      const bench = attended();
      bench.receive(bytesOf(file), file.includes('-tcp') ? TCP : UDP);
      for (const seen of answers(bench)) expect(allowed(accept)).toContain(seen);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
      bench.receive(request('OPTIONS'), UDP);
      expect(answers(bench)).toEqual(['200']);
    },
  );

  it('the second of two merged requests is answered 482', () => {
    const bench = attended();
    const first = new TextDecoder('latin1').decode(bytesOf('sip-attacks/merged-request-b.sip'));
    const branch = /branch=(z9hG4bK[^;\r\n]*)/.exec(first)?.[1] ?? '';
    bench.receive(first.replace(branch, `${branch}other`), UDP);
    bench.take();
    bench.receive(first, UDP);
    expect(answers(bench)).toEqual(['482']);
  });
});

describe('real messages', () => {
  const requests = samples('captures', 'examples', 'valid-callflows').filter(
    ({ bytes }) => parseMessage(bytes).type === 'request',
  );

  it('are a good many', () => {
    expect(requests.length).toBeGreaterThan(200);
  });

  it('are each answered, but for an ACK, and by nothing that says it was not understood', () => {
    for (const { file, bytes } of requests) {
      const bench = attended();
      bench.receive(bytes, UDP);
      const seen = answers(bench);
      const isAck = new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === 'ACK ';
      expect([file, seen.length]).toEqual([file, 1]);
      if (isAck) expect([file, seen]).toEqual([file, ['discard']]);
      else expect([file, seen[0]]).not.toEqual([file, 'discard']);
      expect([file, seen[0]]).not.toEqual([file, '500']);
    }
  });

  it('that are responses to nothing of ours are dropped', () => {
    for (const { bytes } of samples('captures', 'valid-callflows')) {
      if (!(parseMessage(bytes) instanceof SipResponse)) continue;
      const bench = attended();
      bench.receive(bytes, UDP);
      expect(bench.take()).toEqual([]);
    }
  });
});
