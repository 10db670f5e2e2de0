/** One of a few: radio buttons with room for words. */
import { type ReactNode, useId } from "react";
import styles from "./choices.module.css";

export function Choices({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">{label}</legend>
      {children}
    </fieldset>
  );
}

export interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly text?: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}

export function Choice({ name, label, text, checked, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <label className={styles.choice} htmlFor={id}>
      <input id={id} type="radio" name={name} checked={checked} onChange={onChoose} />
      <span>
        <span className={styles.label}>{label}</span>
        {text !== undefined && <span className={styles.text}>{text}</span>}
      </span>
    </label>
  );
}
