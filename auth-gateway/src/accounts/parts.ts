/** What the life of an account needs, and who may ask for it. */
import type { Database } from "../db/database.ts";
import type { Mailer } from "../mail/mailer.ts";

export interface AccountParts {
  readonly db: Database;
  readonly mailer: Mailer;
  /** Public base URL of the gateway, where the pages behind the mailed links are. */
  readonly gatewayUrl: string;
}
