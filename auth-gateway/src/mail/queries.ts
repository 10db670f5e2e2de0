/** The outbox's table. */
import { mailOutbox } from "@auth-gateway/shared-schema/accounts";
import { eq, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";

export type NewMail = Pick<typeof mailOutbox.$inferInsert, "id" | "userId" | "template" | "sealed">;
export type ClaimedMail = Pick<typeof mailOutbox.$inferSelect, "id" | "template" | "sealed" | "attempts">;

export async function insertMail(db: Database, mail: NewMail): Promise<void> {
  await db.insert(mailOutbox).values(mail);
}

/** Seconds until a mail that was not delivered is tried again, before it doubles. */
const FIRST_PAUSE = 60;

/**
 * Takes the mail that has waited longest, by postponing its next try: no other replica sends it meanwhile, and no
 * transaction stays open. One whose sender dies is tried again later.
 */
export async function claimDueMail(db: Database): Promise<ClaimedMail | undefined> {
  const { id, template, sealed, attempts } = mailOutbox;
  const due = sql`(
    select ${id} from ${mailOutbox} where ${mailOutbox.dueAt} <= now() order by ${mailOutbox.dueAt} limit 1
    for update skip locked
  )`;
  const [mail] = await db
    .update(mailOutbox)
    .set({
      attempts: sql`${attempts} + 1`,
      dueAt: sql`now() + ${FIRST_PAUSE} * power(2, ${attempts}) * interval '1 second'`,
    })
    .where(eq(id, due))
    .returning({ id, template, sealed, attempts });
  return mail;
}

export async function deleteMail(db: Database, id: string): Promise<void> {
  await db.delete(mailOutbox).where(eq(mailOutbox.id, id));
}
