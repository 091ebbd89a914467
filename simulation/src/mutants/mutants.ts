/** Faults that somebody might make, planted one at a time into the built code as it is loaded, to see that the simulator finds them. */

/** One change of one built file. */
interface Change {
  /** From the root. */
  readonly file: string;
  /** What stands there, once, and what stands there instead. */
  readonly from: string;
  readonly to: string;
}

/** One fault. */
export interface Mutant {
  readonly name: string;
  readonly changes: readonly Change[];
}

const SIP = 'packages/adapters/sip/dist';
const HOST = 'packages/core/dist/host';

function mutant(name: string, file: string, from: string, to: string): Mutant {
  return { name, changes: [{ file, from, to }] };
}

/** The faults. */
export const MUTANTS: readonly Mutant[] = [
  mutant(
    'a retransmitted INVITE is taken for a new one',
    `${SIP}/transaction/layer.js`,
    `const known = this.#servers.get(key);
        if (known !== undefined) {`,
    `const known = this.#servers.get(key);
        if (known !== undefined && message.method !== 'INVITE') {`,
  ),
  mutant(
    'a retransmitted request is taken for a new one',
    `${SIP}/transaction/layer.js`,
    `const known = this.#servers.get(key);
        if (known !== undefined) {`,
    `const known = this.#servers.get(key);
        if (known !== undefined && message.method === 'INVITE') {`,
  ),
  mutant(
    'a message that was taken is not recognised when it comes on another way',
    `${HOST}/inbox.js`,
    `if (this.#seen?.includes(message.id) === true)`,
    `if (false)`,
  ),
  {
    name: 'a CANCEL that comes after the acceptance is answered 487 as well',
    changes: [
      {
        file: `${SIP}/dialog/invite-server-usage.js`,
        from: `this.#request = undefined;
        this.#transaction = undefined;`,
        to: `this.#request = undefined;`,
      },
      {
        file: `${SIP}/transaction/invite-server-transaction.js`,
        from: `'2xx': { send: 'response' },
        ack: { tell: 'ack' },`,
        to: `'2xx': { send: 'response' }, '300-699': { send: 'response' },
        ack: { tell: 'ack' },`,
      },
    ],
  },
  mutant(
    'the mailbox gives the last message first',
    `${HOST}/mailbox.js`,
    `this.#unread?.shift()`,
    `this.#unread?.pop()`,
  ),
  mutant(
    'a 2xx is said again after its ACK',
    `${SIP}/dialog/acknowledgement.js`,
    `    stop() {
        this.#core.stop(this.#repeating);`,
    `    stop() {`,
  ),
  mutant(
    'a timer that another one stops in the same moment fires all the same',
    'packages/core/dist/machine/timers.js',
    `for (const timer of this.#due(now)) {
            const { subject } = timer;`,
    `for (const { timer, subject } of this.#due(now).map((one) => ({ timer: one, subject: one.subject }))) {`,
  ),
  mutant(
    'a dialog whose ACK never comes is kept',
    `${SIP}/dialog/acknowledgement.js`,
    `            giveUp();`,
    ``,
  ),
  mutant(
    'a message is answered 200 before it is in the journal',
    `${SIP}/session/incoming.js`,
    `answerLater(receipt, post, transaction);
}`,
    `post.respond(transaction, { status: 200 });
}`,
  ),
  mutant(
    'a message that the journal refused is answered 200',
    `${HOST}/inbox.js`,
    `        return UNRECORDED;`,
    `        return TAKEN;`,
  ),
  {
    name: 'a house that drains lets somebody in',
    changes: [
      { file: `${HOST}/admission.js`, from: `this.#state = 'draining';`, to: `` },
      { file: `${SIP}/endpoint/reception.js`, from: `if (this.draining)`, to: `if (false)` },
    ],
  },
  mutant(
    'a request over a stream waits for its answer for ever',
    `${SIP}/transaction/timing.js`,
    `new Map([...always, ['D', 0],`,
    `new Map([...always.filter(([name]) => name !== 'F' && name !== 'B'), ['D', 0],`,
  ),
  mutant(
    'two requests within a dialog have one number',
    `${SIP}/dialog/dialog.js`,
    `this.#localSequence += 1;`,
    `this.#localSequence ||= 1;`,
  ),
  mutant(
    'the ACK to a 2xx is sent once, however often that comes',
    `${SIP}/dialog/invite-client-usage.js`,
    `this.core.send(known, known.flow ?? outcome.from);`,
    ``,
  ),
  mutant(
    'a decision that comes after the inviter left counts',
    `${HOST}/judgement.js`,
    `        if (this.#cancelled)
            return;`,
    ``,
  ),
  mutant(
    'a bot that never decides is waited for',
    `${HOST}/judgement.js`,
    `() => this.#silent());`,
    `() => undefined);`,
  ),
  mutant(
    'a conversation is not let go of when its session ends',
    `${HOST}/tenure.js`,
    `this.#controller?.abort(new SessionEnded());
        this.#subscription?.unsubscribe();`,
    `this.#controller?.abort(new SessionEnded());`,
  ),
  mutant(
    'a session that came too late is counted for ever',
    `${HOST}/hosted-session.js`,
    `        admission.sessions -= 1;`,
    `        if (this.#medium !== undefined) admission.sessions -= 1;`,
  ),
  mutant(
    'what a bot says is sent without waiting for what it said before',
    `${HOST}/outbox.js`,
    `        this.#sending = true;`,
    ``,
  ),
  mutant(
    'a message answers no retransmission of itself',
    `${SIP}/transaction/non-invite-server-transaction.js`,
    `    completed: {
        request: { send: 'response' },`,
    `    completed: {`,
  ),
  mutant(
    'a BYE that crosses ours is not answered',
    `${SIP}/dialog/invite-usage.js`,
    `                this.core.answer(transaction, { status: 200 });
                this.#hangUp(request);`,
    `                if (this.state !== 'leaving') this.core.answer(transaction, { status: 200 });
                this.#hangUp(request);`,
  ),
  mutant(
    'a stranger hears more than he says',
    `${SIP}/transaction/credit.js`,
    `        if (octets > this.octets)
            return false;`,
    ``,
  ),
  mutant(
    'a refusal that nobody acknowledges is kept',
    `${SIP}/transaction/invite-server-transaction.js`,
    `start: ['G', 'H']`,
    `start: ['G']`,
  ),
  mutant(
    'a message is taken whatever its number',
    `${SIP}/dialog/dialog.js`,
    `sequence <= this.#remoteSequence`,
    `false`,
  ),
  mutant(
    'a pager session in which nothing is said goes on',
    `${SIP}/session/pager-sessions.js`,
    `session.dismiss({ by: 'host', why: 'idle' })`,
    `this.touch(session)`,
  ),
];
