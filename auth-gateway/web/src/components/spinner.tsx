/** Work is under way; what is being waited for is said beside it. */
import { useEffect, useState } from "react";
import { app } from "../strings/app.ts";
import styles from "./spinner.module.css";

/** Milliseconds after which a person wonders. */
const LONG = 8_000;

export function Spinner() {
  return <span className={styles.spinner} aria-hidden="true" />;
}

/** In place of a page or part that is on its way. It appears late, so that what is quick does not flash. */
export function Waiting({ label }: { readonly label: string }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.waiting} role="status">
      <Spinner />
      <span>{isLong ? app.slow : label}</span>
    </div>
  );
}
