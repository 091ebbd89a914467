/** What goes wrong at each step of joining a conference, and what comes of it. */
import { type Conference, conferenceInfo, ENTERED, RELAYING, user } from './conference.js';

/** One thing that goes wrong. */
export interface Fault {
  readonly name: string;
  /** What joining comes to: a status, or `accepted`. */
  readonly outcome: number | 'accepted';
  lay(conference: Conference): void;
}

const cccp = (body: string) => ({ ...ENTERED, body });
const users = `<users state="full">${user('alice')}</users>`;
const audio = RELAYING.body.replace('m=message 5060 sip null', 'm=audio 5060 RTP/AVP 0');

/** All of them. */
export const FAULTS: readonly Fault[] = [
  ...[403, 404, 480, 408].map((status) => ({
    name: `the focus answers ${status}`,
    outcome: status,
    lay: ({ focus }: Conference) => focus.answers.set('INVITE', () => ({ status })),
  })),
  {
    name: 'the focus does not answer',
    outcome: 408,
    lay: ({ focus }) => focus.answers.set('INVITE', () => undefined),
  },
  ...[
    ['lets nobody in', '<response code="failure" requestId="1"/>'],
    ['answers nothing', ''],
    ['answers what is no response', '<request code="success"/>'],
    ['answers with entities', '<!DOCTYPE r [<!ENTITY s "success">]><response code="&s;"/>'],
    ['answers half of it', '<response code="success"'],
  ].map(([name = '', body = '']) => ({
    name: `the focus ${name}`,
    outcome: 403,
    lay: ({ focus }: Conference) => focus.answers.set('INVITE', () => cccp(body)),
  })),
  ...[403, 481, 489, 500].map((status) => ({
    name: `nobody may subscribe (${status})`,
    outcome: status,
    lay: ({ focus }: Conference) => focus.answers.set('SUBSCRIBE', () => ({ status })),
  })),
  {
    name: 'the subscription has no answer',
    outcome: 408,
    lay: ({ focus }) => focus.answers.set('SUBSCRIBE', () => undefined),
  },
  {
    name: 'nothing is told of the conference',
    outcome: 408,
    lay: (conference) => (conference.first = undefined),
  },
  {
    name: 'nothing is told in time',
    outcome: 408,
    lay: (conference) => (conference.after = 31_000),
  },
  {
    name: 'the conference is told of late',
    outcome: 'accepted',
    lay: (conference) => (conference.after = 25_000),
  },
  {
    name: 'there is no talk by text',
    outcome: 488,
    lay: (conference) => (conference.first = conferenceInfo(users, { relay: '' })),
  },
  {
    name: 'what is told makes no sense',
    outcome: 408,
    lay: (conference) => (conference.first = '<conference-info'),
  },
  {
    name: 'what is told first makes no sense',
    outcome: 'accepted',
    lay: (conference) => {
      const good = conference.first;
      conference.first = '<conference-info version="1">';
      const { clock } = conference;
      clock.at(clock.now() + 30, () => (conference.first = good));
    },
  },
  {
    name: 'a change is told before the whole',
    outcome: 'accepted',
    lay: (conference) => {
      const good = conference.first;
      conference.first = conferenceInfo(users, { state: 'partial', version: 5 });
      const { clock } = conference;
      clock.at(clock.now() + 30, () => (conference.first = good));
    },
  },
  ...[486, 480, 603].map((status) => ({
    name: `who relays answers ${status}`,
    outcome: status,
    lay: ({ mcu }: Conference) => mcu.answers.set('INVITE', () => ({ status })),
  })),
  {
    name: 'who relays sends us elsewhere',
    outcome: 302,
    lay: ({ mcu }) => mcu.answers.set('INVITE', () => ({ status: 302 })),
  },
  {
    name: 'the focus rings for ever',
    outcome: 408,
    lay: ({ focus }) => focus.answers.set('INVITE', () => ({ status: 180 })),
  },
  {
    name: 'who relays rings for ever',
    outcome: 408,
    lay: ({ mcu }) => mcu.answers.set('INVITE', () => ({ status: 180 })),
  },
  {
    name: 'who relays does not answer',
    outcome: 408,
    lay: ({ mcu }) => mcu.answers.set('INVITE', () => undefined),
  },
  {
    name: 'who relays has no messages',
    outcome: 488,
    lay: ({ mcu }) => mcu.answers.set('INVITE', () => ({ ...RELAYING, body: audio })),
  },
  {
    name: 'the focus hangs up while it is asked to tell',
    outcome: 487,
    lay: ({ focus }) =>
      focus.answers.set('SUBSCRIBE', (_request, line) => {
        void focus.ask(line, 'BYE');
        return { status: 200 };
      }),
  },
  {
    name: 'the focus hangs up while who relays is asked',
    outcome: 487,
    lay: ({ focus, mcu }) =>
      mcu.answers.set('INVITE', () => {
        for (const line of focus.lines.values()) void focus.ask(line, 'BYE');
        return undefined;
      }),
  },
];
