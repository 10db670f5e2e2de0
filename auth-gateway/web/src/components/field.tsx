/** A labelled input with its hint and its fault, tied together for screen readers. */
import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type InvalidEvent, type ReactNode, useId, useState } from "react";
import { auth } from "../strings/auth.ts";
import { form } from "../strings/form.ts";
import styles from "./field.module.css";

export interface FieldProps extends ComponentProps<"input"> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  /** Something of its own at the right of the label, such as a link. */
  readonly aside?: ReactNode;
}

function faultOf({ validity, validationMessage, minLength, maxLength }: HTMLInputElement): string {
  if (validity.valueMissing) return form.valueMissing;
  if (validity.tooShort) return form.tooShort(minLength);
  if (validity.tooLong) return form.tooLong(maxLength);
  return validity.typeMismatch ? form.typeMismatch : validationMessage;
}

export function Field({ label, hint, fault: given, aside, className, children, ...input }: FieldProps) {
  const id = useId();
  const [found, setFound] = useState<string>();
  const fault = found ?? given;
  const onInvalid = (event: InvalidEvent<HTMLInputElement>) => {
    // The browser's own bubble goes away by itself, and is not there for everybody.
    event.preventDefault();
    const field = event.currentTarget;
    setFound(faultOf(field));
    if (field.form?.querySelector("input:invalid") === field) field.focus();
  };
  const described = [fault !== undefined && `${id}-fault`, hint !== undefined && `${id}-hint`].filter(Boolean);
  return (
    <div className={`${styles.field} ${className ?? ""}`}>
      <div className={styles.top}>
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      <div className={styles.box}>
        <input
          id={id}
          {...input}
          onInvalid={onInvalid}
          onInput={() => setFound(undefined)}
          className={styles.input}
          aria-invalid={fault !== undefined || undefined}
          aria-describedby={described.length > 0 ? described.join(" ") : undefined}
        />
        {children}
      </div>
      {fault !== undefined && (
        <p id={`${id}-fault`} className={styles.fault} role="alert">
          {fault}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A password, which its owner may look at while typing. */
export function PasswordField(props: FieldProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field {...props} type={shown ? "text" : "password"} autoCapitalize="none" spellCheck={false}>
      <button
        type="button"
        className={styles.reveal}
        aria-pressed={shown}
        aria-label={auth.showPassword}
        title={shown ? auth.hidePassword : auth.showPassword}
        onClick={() => setShown(!shown)}
      >
        <Icon size={18} aria-hidden="true" />
      </button>
    </Field>
  );
}
