/** `mine`: whoever is told so goes on, and settles it. `underWay`: somebody else's, and how it ends is not known yet. `done`: somebody has been signed in by it. */
export type ExchangeClaim = 'mine' | 'underWay' | 'done';

/** Exchanges of single sign-on that a client has begun: every open client of a person sends the same one. Of whatever process, one has it in hand. */
export interface SignInExchanges {
  claim(key: string): ExchangeClaim;
  /** What was done is kept for a day. One that failed may be claimed again; so may one that nobody has settled for a while. */
  settle(key: string, how: 'done' | 'failed'): void;
}
