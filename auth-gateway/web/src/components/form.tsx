/**
 * Forms by the platform: the browser checks the fields (`required`, `type`, `minLength`), `Field` shows what it finds in
 * our words, and the values come as they stand in the form.
 */
import { type ReactNode, type SubmitEvent, useRef, useState } from "react";
import { sentenceFor } from "../errors/describe.ts";
import { Banner } from "./banner.tsx";
import styles from "./form.module.css";

export type Values = Readonly<Record<string, string>>;

export interface Submission {
  /** What the last try failed with. */
  readonly failure: unknown;
  readonly isBusy: boolean;
  submit(values: Values, form: HTMLFormElement): Promise<void>;
  clear(): void;
}

/** One try at a time; what it throws is kept for the page to show. */
export function useSubmission(work: (values: Values, form: HTMLFormElement) => Promise<unknown>): Submission {
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);
  return {
    failure,
    isBusy,
    clear: () => setFailure(undefined),
    async submit(values, form) {
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setFailure(undefined);
      try {
        await work(values, form);
      } catch (error) {
        setFailure(error);
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}

export interface FormProps {
  readonly submission: Submission;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Form({ submission, children, className }: FormProps) {
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    void submission.submit(values, form);
  };
  return (
    <form className={`${styles.form} ${className ?? ""}`} onSubmit={onSubmit}>
      {children}
    </form>
  );
}

/** Why the last try failed, in a sentence. */
export function Failure({ of: { failure } }: { readonly of: Submission }) {
  return failure === undefined ? null : <Banner tone="danger">{sentenceFor(failure)}</Banner>;
}
