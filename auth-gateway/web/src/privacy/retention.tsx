/** How long conversations are kept, with what a choice would mean shown while it is made. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { Button } from "../components/button.tsx";
import { Choice, Choices } from "../components/choices.tsx";
import { Field } from "../components/field.tsx";
import { Failure, Form, useSubmission } from "../components/form.tsx";
import { Loaded } from "../components/loaded.tsx";
import { toast } from "../components/toast.tsx";
import { Section } from "../shell/page.tsx";
import { app } from "../strings/app.ts";
import { privacy } from "../strings/privacy.ts";
import { retentionQuery } from "./queries.ts";
import { RetentionPreview } from "./retention-preview.tsx";

type Settings = Schemas["Retention"];

export function Retention() {
  const retention = useQuery(retentionQuery);
  return (
    <Section title={privacy.retention} text={privacy.retentionText}>
      <Loaded query={retention}>{(settings) => <RetentionForm settings={settings} />}</Loaded>
    </Section>
  );
}

const SUGGESTED = 90;

function suggest({ days, minDays, maxDays, source }: Settings): number {
  if (source === "user" && days !== null) return days;
  return Math.min(Math.max(SUGGESTED, minDays), maxDays ?? SUGGESTED);
}

function RetentionForm({ settings }: { readonly settings: Settings }) {
  const { minDays, maxDays, defaultDays, source } = settings;
  const client = useQueryClient();
  const [isOwn, setOwn] = useState(source === "user");
  const [text, setText] = useState(String(suggest(settings)));
  const number = Number(text);
  const isAllowed = Number.isInteger(number) && number >= minDays && (maxDays === null || number <= maxDays);
  const days = isOwn ? number : null;
  const isChanged = isOwn ? source !== "user" || settings.days !== number : source === "user";
  const submission = useSubmission(async () => {
    client.setQueryData(retentionQuery.queryKey, await dataOf(ragApi.PUT("/v1/me/retention", { body: { days } })));
    toast({ title: privacy.retentionSaved });
  });
  return (
    <Form submission={submission}>
      <Choices label={privacy.retention}>
        <Choice
          name="kept"
          label={privacy.byDefault}
          text={privacy.byDefaultDays(defaultDays)}
          checked={!isOwn}
          onChoose={() => setOwn(false)}
        />
        <Choice name="kept" label={privacy.byChoice} checked={isOwn} onChoose={() => setOwn(true)} />
      </Choices>
      {isOwn && (
        <Field
          label={privacy.days}
          type="number"
          inputMode="numeric"
          min={minDays}
          max={maxDays ?? undefined}
          required
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          hint={privacy.bounds(minDays, maxDays)}
          fault={isAllowed || text === "" ? undefined : privacy.outOfBounds(minDays, maxDays)}
        />
      )}
      <RetentionPreview days={days} isAllowed={!isOwn || isAllowed} />
      <Failure of={submission} />
      <Button type="submit" look="primary" busy={submission.isBusy} disabled={!isChanged || (isOwn && !isAllowed)}>
        {app.save}
      </Button>
    </Form>
  );
}
