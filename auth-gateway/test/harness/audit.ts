/** Reads the audit trail as its owner does, and empties it between the cases of a test. */
import pg from "pg";
import type { GatewaySuite } from "./suite.ts";

/** The columns as text. */
export interface AuditTestRow {
  readonly id: string;
  readonly occurred_at: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly outcome: string;
  readonly subject: string | null;
  readonly actor: string | null;
  readonly session: string | null;
  readonly address_prefix: string | null;
  readonly client: string | null;
  readonly system: string | null;
  readonly request_id: string | null;
  readonly kid: string | null;
  readonly client_id: string | null;
}

export interface AuditTestTrail {
  /** Everything since the trail was last forgotten, oldest first, once it is written. */
  rows(): Promise<AuditTestRow[]>;
  allRows(): Promise<AuditTestRow[]>;
  forget(): Promise<void>;
  subjectOf(email: string): Promise<string | undefined>;
  asGateway(statement: string): Promise<Record<string, unknown>[]>;
  asOwner(statement: string): Promise<Record<string, unknown>[]>;
}

async function query<Row extends object>(connectionString: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

export function auditTrailOf(suite: GatewaySuite): AuditTestTrail {
  // Rows can't be deleted, not even by tests: what was there before is remembered and left out.
  let known = new Set<string>();
  const all = async () => {
    await suite.gateway.dependencies.audit.flush();
    return query<AuditTestRow>(
      suite.database.migratorUrl,
      `select id, occurred_at::text, kind, reason, outcome, subject, actor, session, address_prefix::text, client, system,
         request_id, kid, client_id from auth.audit_event order by id`,
    );
  };
  return {
    allRows: all,
    rows: async () => (await all()).filter(({ id }) => !known.has(id)),
    async forget() {
      known = new Set((await all()).map(({ id }) => id));
    },
    async subjectOf(email) {
      const rows = await query<{ subject: string }>(
        suite.database.migratorUrl,
        `select s.subject from auth.audit_subject s join auth."user" u on u.id = s.user_id where u.email = '${email}'`,
      );
      return rows[0]?.subject;
    },
    asGateway: (statement) => query(suite.database.authGatewayUrl, statement),
    asOwner: (statement) => query(suite.database.migratorUrl, statement),
  };
}
