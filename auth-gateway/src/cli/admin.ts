/** `make admin email=…`: the first administrator, whom no other one can make. */
import { makeAdministrator } from "../accounts/administrators.ts";
import { type Command, CommandFailure } from "./command.ts";

export const admin: Command = async ({ argument, audit, db, say }) => {
  const email = argument("email");
  if (email === "") throw new CommandFailure("Say who: make admin email=ada@example.com");
  const userId = await makeAdministrator(db, email);
  if (userId === undefined) throw new CommandFailure(`No account has the address ${email}: sign up with it first.`);
  audit.record({ kind: "admin_role_changed", userId });
  say(`${email} is an administrator from the next request on.`);
  return 0;
};
