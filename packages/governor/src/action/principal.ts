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
}
