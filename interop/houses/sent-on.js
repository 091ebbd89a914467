/** Bots that send people on, each in one way, and one that is sent on itself. */
import { accept, forward } from '@usher/core';
import { concatMap } from 'rxjs';

const { DESK } = process.env;

/** Tells the inviter where to go (302). */
export const moved = { decide: () => forward(DESK) };

/** Leaves it to whoever stands between (303). */
export const served = { decide: () => forward(DESK, { mode: 'server' }) };

/** Takes everybody in, and sends them on from there (REFER). */
export const transferring = { decide: () => accept((session) => session.transfer(DESK)) };

/** Goes wherever it is sent, says so there, and leaves again. */
export const following = {
  decide: () =>
    accept((session) =>
      session.referrals.pipe(
        concatMap((referral) => referral.accept((other) => other.send('I was sent here.'))),
      ),
    ),
};
