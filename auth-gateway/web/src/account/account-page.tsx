/** One's own account. */
import { runtimeConfig } from "../config.ts";
import { Page } from "../shell/page.tsx";
import { account } from "../strings/account.ts";
import { Email } from "./email.tsx";
import { Events } from "./events.tsx";
import { LinkedAccounts } from "./linked-accounts.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Password } from "./password.tsx";
import { Profile } from "./profile.tsx";
import { Sessions } from "./sessions.tsx";
import { TwoFactor } from "./two-factor.tsx";

export default function AccountPage() {
  const { twoFactor, passkeys, social } = runtimeConfig();
  return (
    <Page title={account.title} lead={account.lead}>
      <Profile />
      <Email />
      <Password />
      {twoFactor && <TwoFactor />}
      {passkeys && "PublicKeyCredential" in window && <Passkeys />}
      {social.length > 0 && <LinkedAccounts />}
      <Sessions />
      <Events />
    </Page>
  );
}
