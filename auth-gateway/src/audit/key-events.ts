/** What a change of the keyring means to the audit trail. */
import type { Rotation } from "../keys/rotation.ts";
import type { AuditRecorder } from "./models.ts";

export function recordRotation(audit: AuditRecorder, { minted, activated }: Rotation): void {
  for (const kid of minted) audit.record({ kind: "key_created", kid });
  if (activated !== undefined) audit.record({ kind: "key_rotated", kid: activated });
}
