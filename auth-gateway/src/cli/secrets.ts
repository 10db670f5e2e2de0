/** `make secrets-rotate`: says how a secret is replaced without downtime, and does the part that needs the database. */
import { createKeyCipher } from "../keys/cipher.ts";
import { listKeyStatuses } from "../keys/report.ts";
import { reencryptKeys } from "../keys/rotation.ts";
import type { Command } from "./command.ts";

const STEPS = `
How to replace a secret without downtime; AUTH_SECRETS=version:value,… and the first one signs and encrypts:
  1. Make a secret:                openssl rand -base64 32 | tr '+/' '-_' | tr -d '='
  2. Put it LAST under a new version, on every replica, and restart them one by one.
     Now each of them can read what the new secret makes.
  3. Put it FIRST on every replica, and restart them one by one.
     Cookies and bearer sessions under the old one stay valid; a cookie in use is signed anew within a day.
  4. Run this command with the same AUTH_SECRETS: it puts the private keys under the first secret.
  5. A week later, when the last session under it has ended, remove the old secret, and restart.
     A leaked secret: remove it at once instead. That ends the sessions signed with it.
  6. Keep the old secret elsewhere for as long as backups live: make reapply-erasures asks for it after a restore.`.slice(
  1,
);

export const secretsRotate: Command = async ({ audit, config, db, say }) => {
  say(STEPS);
  say();
  const cipher = createKeyCipher(config.authSecrets);
  say(`AUTH_SECRETS here: version ${config.authSecrets.map(({ version }) => version).join(", then ")}.`);
  const moved = await reencryptKeys({ db, cipher });
  for (const kid of moved) {
    audit.record({ kind: "secret_rotated", kid });
    say(`The private key ${kid} now lies under version ${cipher.currentVersion}.`);
  }
  const held = (await listKeyStatuses(db, cipher)).filter(({ secretVersion }) => secretVersion !== undefined);
  const old = config.authSecrets.slice(1).map(({ version }) => version);
  say(`All ${held.length} private keys lie under version ${cipher.currentVersion}.`);
  if (old.length > 0) say(`Only sessions may still need version ${old.join(" and ")}: that was step 4.`);
  return 0;
};
