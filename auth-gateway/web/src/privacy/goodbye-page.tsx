/** After an account's deletion was asked for: when it happens, and, where no mail brings it, the way back. */
import { Link } from "wouter";
import { AuthLayout } from "../auth/auth-layout.tsx";
import { Banner } from "../components/banner.tsx";
import { formatDateTime } from "../format/time.ts";
import { paths } from "../paths.ts";
import { auth } from "../strings/auth.ts";
import { privacy } from "../strings/privacy.ts";
import { readGoodbye } from "./goodbye.ts";

export default function GoodbyePage() {
  const goodbye = readGoodbye();
  const erasesAt = goodbye?.erasesAt ?? undefined;
  return (
    <AuthLayout
      title={privacy.goodbye}
      lead={erasesAt === undefined ? privacy.goodbyePlain : privacy.goodbyeText(formatDateTime(erasesAt))}
      footer={<Link href={paths.signIn}>{auth.backToSignIn}</Link>}
    >
      {goodbye?.undoUrl !== undefined && (
        <Banner tone="warning">
          <p>{privacy.undoText}</p>
          <p>
            <a href={goodbye.undoUrl}>{privacy.undo}</a>
          </p>
        </Banner>
      )}
      {goodbye !== undefined && (
        <p>
          {privacy.receipt}: <code>{goodbye.receiptId}</code>
        </p>
      )}
    </AuthLayout>
  );
}
