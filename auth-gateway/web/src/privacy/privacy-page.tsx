/** What is kept of the person, for how long, and how to take it along or have it go. */
import { Page } from "../shell/page.tsx";
import { privacy } from "../strings/privacy.ts";
import { DeleteAccount } from "./delete-account.tsx";
import { DeleteConversations } from "./delete-conversations.tsx";
import { Export } from "./export.tsx";
import { Retention } from "./retention.tsx";

export default function PrivacyPage() {
  return (
    <Page title={privacy.title} lead={privacy.lead}>
      <Retention />
      <Export />
      <DeleteConversations />
      <DeleteAccount />
    </Page>
  );
}
