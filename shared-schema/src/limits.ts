/** How much of their allowance users have used: one row a user, which also makes their new turns wait for each other. */
import { primaryKey, timestamp } from "drizzle-orm/pg-core";
import { ownerColumn, ownPolicies, ragSchema } from "./rag.ts";

export const turnAllowance = ragSchema
  .table(
    "turn_allowance",
    {
      userId: ownerColumn(),
      /** When all that was used is regained (GCRA: the theoretical arrival time). */
      regainedAt: timestamp("regained_at", { withTimezone: true }).notNull(),
    },
    (table) => [primaryKey({ name: "turn_allowance_pkey", columns: [table.userId] }), ...ownPolicies(table.userId)],
  )
  .enableRLS();
