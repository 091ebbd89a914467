/** Joins a conference: lets itself in at the focus, hears of what goes on, and begins to talk where that is done (MS-CONFBAS). */
import type { Address } from '@usher/core';
import type { Answered, Clock, Receiver } from '@usher/core/adapter';

import { ALLOW } from '../dialog/allow.js';
import type { InviteParts } from '../dialog/invite-client-usage.js';
import { uuidOf } from '../registration/uuid.js';
import { offerMessage } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import type { Field } from '../syntax/printer.js';
import { addressOf } from '../user-agent/party.js';
import { outgoingFields } from '../user-agent/outgoing-fields.js';
import type { Doorstep } from '../user-agent/invite-knock.js';
import { OutgoingInvitation } from '../user-agent/outgoing-invitation.js';
import { Redirections } from '../user-agent/redirections.js';
import { CCCP, printAddUser } from './cccp.js';
import { ConferencePeer } from './conference-peer.js';
import { ConferenceSession } from './conference-session.js';
import { FocusDialog, type Unjoined } from './focus-dialog.js';

/** Who joins what. */
export interface Joining {
  /** The URI of the focus. */
  readonly focus: string;
  /** Who we are in it. */
  readonly local: Address;
  /** By what the conversation is known. */
  readonly conversationId: string | undefined;
}

/** How long each step may take, in milliseconds. */
const STEP = 30_000;

const LATE: Unjoined = { status: 408, text: 'The Focus Did Not Answer In Time' };
const UNHEARD: Unjoined = { status: 408, text: 'The Focus Did Not Tell Of The Conference' };
const MUTE: Unjoined = { status: 488, text: 'No Talk By Text In The Conference' };
const SILENT: Unjoined = { status: 408, text: 'Who Relays Did Not Answer In Time' };
const EJECTED: Unjoined = { status: 487, text: 'Sent Away Again' };

/** Joins; where that fails, nothing of it is left. */
export async function join(
  doorstep: Doorstep,
  joining: Joining,
  receiver: Receiver,
): Promise<Answered> {
  const focus = new FocusDialog(doorstep, joining.local);
  const joined = await enter(doorstep, joining, focus, receiver);
  if (joined instanceof ConferenceSession && joined.begin()) {
    focus.session = joined;
    return { type: 'accepted', medium: joined };
  }
  focus.go();
  const { status, text } = joined instanceof ConferenceSession ? EJECTED : joined;
  return { type: 'failed', status, text };
}

async function enter(
  doorstep: Doorstep,
  joining: Joining,
  focus: FocusDialog,
  receiver: Receiver,
): Promise<ConferenceSession | Unjoined> {
  const { clock, chance } = doorstep;
  const { local } = joining;
  const asked = printAddUser(joining.focus, local, uuidOf(chance.octets(16)));
  const fields: Field[] = [
    ['Allow', ALLOW],
    ['Content-Type', CCCP],
  ];
  const { uri: from, ...way } = doorstep.outbound(local);
  const parts: InviteParts = { ...way, uri: joining.focus, fields, body: asked };
  doorstep.invite(focus, parts);
  const unjoined = await bounded(clock, focus.entered, () => LATE);
  if (unjoined !== undefined) return unjoined;
  const late = (): Unjoined => (focus.roster.known ? MUTE : UNHEARD);
  const chat = await bounded(clock, Promise.race([focus.chat(), focus.over]), late);
  if (typeof chat !== 'string') return chat;
  return talk(doorstep, joining, focus, receiver, { chat, from });
}

/** Invites who relays the messages. */
async function talk(
  doorstep: Doorstep,
  { local, conversationId }: Joining,
  focus: FocusDialog,
  receiver: Receiver,
  { chat, from }: { readonly chat: string; readonly from: string },
): Promise<ConferenceSession | Unjoined> {
  const given = new AbortController();
  const options = {
    ...(conversationId !== undefined && { conversationId }),
    headers: [['Supported', 'ms-sender']] as const,
    signal: given.signal,
  };
  const address = addressOf(chat);
  const target = new Redirections({ uri: chat, address }, options);
  let session: ConferenceSession | undefined;
  const invitation = new OutgoingInvitation(
    doorstep,
    target,
    receiver,
    options,
    (outgoing) => {
      const { uri: _, ...way } = doorstep.outbound(local);
      const body = printSdp(offerMessage(doorstep.ours(from, outgoing.version)));
      doorstep.invite(outgoing, { ...way, uri: chat, fields: outgoingFields(options, target), body });
    },
    (usage, { acceptTypes }, agreed) => {
      const microsoft = new ConferencePeer(acceptTypes, undefined, doorstep.clock.now());
      session = new ConferenceSession(
        doorstep,
        usage,
        receiver,
        address,
        { ...agreed, microsoft },
        focus,
      );
      usage.takesInfo = true;
      return session;
    },
  );
  invitation.begin();
  const invited = await bounded(
    doorstep.clock,
    Promise.race([invitation.outcome, focus.over]),
    () => SILENT,
  );
  if ('type' in invited) {
    if (session !== undefined) return session;
    return invited.type === 'rejected' ? invited : { status: 302, text: 'Sent Elsewhere' };
  }
  given.abort();
  // Whoever has accepted meanwhile is left again.
  if (session !== undefined) void session.end({ by: 'host', why: 'ended' });
  return invited;
}

/** What comes of it, or came of waiting too long. */
function bounded<T>(clock: Clock, doing: Promise<T>, late: () => Unjoined): Promise<T | Unjoined> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + STEP, () => resolve(late()));
    void doing.then((done) => {
      cancel();
      resolve(done);
    });
  });
}
