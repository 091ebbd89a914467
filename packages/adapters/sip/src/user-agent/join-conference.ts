/** Joins a conference: lets itself in at the focus, hears of what goes on, and begins to talk where that is done (MS-CONFBAS). */
import type { Address } from '@usher/core';
import type { Answered, Cancel, Clock, Receiver } from '@usher/core/adapter';

import { CCCP, printAddUser } from '../conference/cccp.js';
import { ConferencePeer } from '../conference/conference-peer.js';
import { ConferenceSession } from '../conference/conference-session.js';
import { FocusDialog, type Unjoined } from '../conference/focus-dialog.js';
import { ALLOW } from '../dialog/allow.js';
import type { InviteParts } from '../dialog/invite-client-usage.js';
import { uuidOf } from '../registration/uuid.js';
import { offerMessage } from '../sdp/message-media.js';
import { printSdp } from '../sdp/sdp-printer.js';
import type { Field } from '../syntax/printer.js';
import type { Doorstep, Joining } from './invite-knock.js';
import { outgoingFields } from './outgoing-fields.js';
import { OutgoingInvitation, type SessionMaker } from './outgoing-invitation.js';
import { addressOf } from './party.js';
import { Redirections } from './redirections.js';

/** What joining needs of the user agent around it. */
export interface JoiningDoorstep extends Doorstep {
  /** Who we are in what we send on our own account, and which way that goes. */
  outbound(local: Address): Pick<InviteParts, 'from' | 'user' | 'route'> & { readonly uri: string };
  /** Invites somebody; what becomes of it. */
  invite(outgoing: OutgoingInvitation | FocusDialog, parts: InviteParts): void;
}

/** How long each step may take, in milliseconds. */
const STEP = 30_000;

const LATE: Unjoined = { status: 408, text: 'The Focus Did Not Answer In Time' };
const UNHEARD: Unjoined = { status: 408, text: 'The Focus Did Not Tell Of The Conference' };
const MUTE: Unjoined = { status: 488, text: 'No Talk By Text In The Conference' };
const SILENT: Unjoined = { status: 408, text: 'The Relay Did Not Answer In Time' };
const EJECTED: Unjoined = { status: 487, text: 'Sent Away Again' };

/** Joins; where that fails, nothing of it is left. */
export async function joinConference(
  doorstep: JoiningDoorstep,
  joining: Joining,
  receiver: Receiver,
): Promise<Answered> {
  const focus = new FocusDialog(doorstep, joining.local);
  const joined = await enter(doorstep, joining, focus, receiver);
  if (joined instanceof ConferenceSession && joined.begin()) {
    return { type: 'accepted', medium: joined };
  }
  focus.go();
  const { status, text } = joined instanceof ConferenceSession ? EJECTED : joined;
  return { type: 'failed', status, text };
}

async function enter(
  doorstep: JoiningDoorstep,
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
  const relay = await bounded(clock, Promise.race([focus.relay(), focus.over]), late);
  if (typeof relay !== 'string') return relay;
  return talk(doorstep, joining, focus, receiver, { relay, from });
}

/** Invites who relays the messages. */
async function talk(
  doorstep: JoiningDoorstep,
  { local, conversationId }: Joining,
  focus: FocusDialog,
  receiver: Receiver,
  { relay, from }: { readonly relay: string; readonly from: string },
): Promise<ConferenceSession | Unjoined> {
  const given = new AbortController();
  const options = {
    ...(conversationId !== undefined && { conversationId }),
    headers: [['Supported', 'ms-sender']] as const,
    signal: given.signal,
  };
  const address = addressOf(relay);
  const target = new Redirections({ uri: relay, address }, options);
  let session: ConferenceSession | undefined;
  const send = (outgoing: OutgoingInvitation): void => {
    const { uri: _, ...way } = doorstep.outbound(local);
    const body = printSdp(offerMessage(doorstep.ours(from, outgoing.version)));
    doorstep.invite(outgoing, {
      ...way,
      uri: relay,
      fields: outgoingFields(options, target),
      body,
    });
  };
  const make: SessionMaker = (usage, { acceptTypes }, agreed) => {
    const microsoft = new ConferencePeer(acceptTypes, undefined, doorstep.clock.now());
    usage.takesInfo = true;
    const dialect = { ...agreed, microsoft };
    session = new ConferenceSession(doorstep, usage, receiver, address, dialect, focus);
    focus.session = session;
    return session;
  };
  const invitation = new OutgoingInvitation(doorstep, target, receiver, options, send, make);
  send(invitation);
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
async function bounded<T>(
  clock: Clock,
  doing: Promise<T>,
  late: () => Unjoined,
): Promise<T | Unjoined> {
  let cancel: Cancel = () => {};
  const overdue = new Promise<Unjoined>((resolve) => {
    cancel = clock.at(clock.now() + STEP, () => resolve(late()));
  });
  const come = await Promise.race([doing, overdue]);
  cancel();
  return come;
}
