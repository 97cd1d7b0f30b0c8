/**
 * Who is asking, as the verified credential says it. Issuer and subject together are a person; the tenant is the firm
 * or desk whose data may be seen. The three are part of every key in the store. None of it ever comes from a model.
 */
export interface Principal {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
  /** The one role of this credential, as the policy knows it. */
  readonly role: string;
  /**
   * The agent that acts for this person; absent where the person acts. Never part of who the person is: limits, sessions
   * and the four eyes of a review are the person's, whichever agent speaks for them.
   */
  readonly agent?: string;
}
