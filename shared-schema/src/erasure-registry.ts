/** How the erasure of a person reaches each table. A test holds it against the catalogue, so that no new table is forgotten. */

/** What each free-form column holds, in words: whoever adds one has to think about it. */
type Columns = Readonly<Record<string, string>>;

export type Reach =
  /**
   * A chain of foreign keys with ON DELETE CASCADE leads to auth."user": all columns go with the row. `through` names the
   * table that such a row belongs to and is counted with, where it does not name its owner itself.
   */
  | { readonly by: "fk"; readonly through?: string }
  /** No foreign key can lead to the person; `how` says which statement of the erasure finds the rows. */
  | { readonly by: "query"; readonly how: string; readonly columns: Columns }
  /** Nothing in it is about a person, or can be told to be. */
  | { readonly by: "none"; readonly why: string; readonly columns: Columns };

const fk = { by: "fk" } as const;

export const ERASURE_REGISTRY: Readonly<Record<string, Reach>> = {
  "auth.user": fk,
  "auth.session": fk,
  "auth.account": fk,
  "auth.twoFactor": fk,
  "auth.passkey": fk,
  "auth.mail_token": fk,
  /** Mails to people without an account have no user; they are sealed, and go within about an hour. */
  "auth.mail_outbox": fk,
  "auth.audit_subject": fk,
  "auth.account_deletion": fk,
  /** A client without a user is the operator's. */
  "auth.oauth_client": fk,
  "auth.oauth_client_resource": { by: "fk", through: "auth.oauth_client" },
  "rag.conversation": fk,
  "rag.message": fk,
  "rag.run": fk,
  "rag.feedback": fk,
  "rag.idempotency_key": fk,
  "rag.turn_allowance": fk,
  "rag.retention_preference": fk,
  "rag.purge_failure": fk,
  "rag.purge": {
    by: "none",
    why: "one row that says when the last purge was, and how many conversations went",
    columns: {},
  },
  "auth.verification": {
    by: "query",
    how: "its texts are searched for the user's id and e-mail address",
    columns: {
      identifier: "a random state of a sign-in under way, or the name of a challenge",
      value: "the state: JSON that may name a user's id or e-mail address",
    },
  },
  "auth.audit_event": {
    by: "none",
    why: "people stand in it under a random subject; the only link to them is auth.audit_subject, which goes",
    columns: {
      kind: "a closed list",
      reason: "a closed list",
      outcome: "success or failure",
      session: "64 bits of a salted hash, whose salt goes with auth.audit_subject",
      address_prefix: "a /24 or /64 network",
      client: "a closed list",
      system: "a closed list",
      request_id: "a random id, or one that a client made up: letters, digits and . _ - only",
      kid: "a key's id",
      client_id: "a machine client's id",
    },
  },
  "auth.erasure_receipt": {
    by: "none",
    why: "it names nobody: times, numbers of rows, and an id that only the person was told",
    columns: { cause: "a closed list", found: "numbers by table", remaining: "zeros by table" },
  },
  "auth.attempt_counter": {
    by: "none",
    why: "hashes under a key that changes every day; rows last 12 hours at most",
    columns: { limit_name: "a closed list", subject: "a hash under the day's key" },
  },
  "auth.revocation": {
    by: "none",
    why: "digests that verifiers need after the erasure; rows last ten minutes",
    columns: { kind: "a closed list", digest: "a truncated SHA-256 of a random id" },
  },
  "auth.signing_key": {
    by: "none",
    why: "the gateway's own keys",
    columns: {
      kid: "a key's id",
      status: "a closed list",
      public_jwk: "a public key",
      private_jwk: "an encrypted private key",
      withdrawal_reason: "a closed list",
    },
  },
  "auth.oauth_resource": {
    by: "none",
    why: "the services that tokens are for, named by the operator",
    columns: {
      identifier: "a URI of the operator's",
      name: "of the operator's",
      signing_algorithm: "not used",
      signing_key_id: "not used",
      allowed_scopes: "names of scopes",
      custom_claims: "not used",
      metadata: "not used",
    },
  },
  "rag.document": {
    by: "none",
    why: "the shared corpus; machines write it, no document belongs to a user",
    columns: {
      uri: "of the operator's",
      title: "of the operator's",
      url: "of the operator's",
      media_type: "a closed list",
      content_hash: "a hash",
    },
  },
  "rag.chunk": {
    by: "none",
    why: "the shared corpus, in passages",
    columns: { heading: "of the operator's", body: "of the operator's", tsv: "of the operator's" },
  },
};
