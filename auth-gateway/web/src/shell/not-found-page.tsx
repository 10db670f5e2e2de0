/** An address that leads nowhere. */
import { ButtonLink } from "../components/button.tsx";
import { paths } from "../paths.ts";
import { app } from "../strings/app.ts";
import { errors } from "../strings/errors.ts";
import { Page } from "./page.tsx";

export function NotFoundPage() {
  return (
    <Page title={errors.notFound.title} lead={errors.notFound.text}>
      <div>
        <ButtonLink href={paths.home}>{app.goHome}</ButtonLink>
      </div>
    </Page>
  );
}
