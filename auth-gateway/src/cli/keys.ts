/** `make keys-status`, `make keys-rotate` and `make keys-revoke kid=…`. */
import { recordRotation } from "../audit/key-events.ts";
import { createKeyCipher } from "../keys/cipher.ts";
import { describeRevocation, findPublishedKey, listKeyStatuses } from "../keys/report.ts";
import { revokeKey, rotateKeyring, scheduleRotation } from "../keys/rotation.ts";
import { type Command, type CommandContext, CommandFailure, formatTable } from "./command.ts";

export const keysStatus: Command = async ({ config, db, say }) => {
  const header = ["kid", "status", "created", "signs from", "signs until", "leaves the JWKS", "secret"];
  const statuses = await listKeyStatuses(db, createKeyCipher(config.authSecrets));
  const rows = statuses.map((key) => [
    key.kid,
    key.reason === undefined ? key.status : `${key.status} (${key.reason})`,
    ...[key.createdAt, key.signsFrom, key.signsUntil, key.leavesAt].map(formatTime),
    key.secretVersion ?? "-",
  ]);
  for (const line of formatTable([header, ...rows])) say(line);
  return 0;
};

export const keysRotate: Command = async (context) => {
  const tools = toolsOf(context);
  const { kid, signsFrom } = await scheduleRotation(tools);
  context.audit.record({ kind: "key_rotation_scheduled", kid });
  recordRotation(context.audit, await rotateKeyring(tools));
  const seconds = Math.max(0, Math.ceil((signsFrom.getTime() - context.clock.now()) / 1000));
  context.say(
    `The key ${kid} signs from ${formatTime(signsFrom)}${seconds === 0 ? ", that is now" : ` (in ${seconds} s)`}.`,
  );
  context.say(
    seconds === 0
      ? "Every replica knows within a minute. Until then some tokens are still signed by the old key, which stays published."
      : "It was published too recently: verifiers that cache the key set may not know it before. The replicas do the rest.",
  );
  return 0;
};

export const keysRevoke: Command = async (context) => {
  const kid = context.argument("kid");
  if (kid === "") throw new CommandFailure("Say which key: make keys-revoke kid=… (make keys-status lists them)");
  const key = await findPublishedKey(context.db, kid);
  if (key === undefined) throw new CommandFailure(`No published key has the kid ${kid}: see make keys-status`);
  for (const line of describeRevocation(key, context.config.keyPolicy, context.clock.now())) context.say(line);
  if (context.argument("confirm") !== "yes") {
    context.say(`\nNothing was changed. To do it: make keys-revoke kid=${kid} confirm=yes`);
    return 1;
  }
  if ((await revokeKey(kid, toolsOf(context))) === undefined) throw new CommandFailure("It was withdrawn meanwhile.");
  context.audit.record({ kind: "key_revoked", kid });
  context.say(`\nDone: ${kid} is withdrawn. make keys-status shows what signs now.`);
  return 0;
};

function toolsOf({ config, db, clock }: CommandContext) {
  return {
    db,
    cipher: createKeyCipher(config.authSecrets),
    policy: config.keyPolicy,
    now: () => clock.now(),
  };
}

function formatTime(time: Date | undefined): string {
  return time === undefined ? "-" : time.toISOString().replace(/\.\d+Z$/, "Z");
}
