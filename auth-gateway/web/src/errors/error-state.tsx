/** What a page, or a part of it, shows in place of what could not be had. */
import { CloudOff, RotateCw, TriangleAlert, WifiOff } from "lucide-react";
import { ApiError } from "../api/problem.ts";
import { Button } from "../components/button.tsx";
import { app } from "../strings/app.ts";
import { errors } from "../strings/errors.ts";
import { describeError } from "./describe.ts";
import styles from "./error-state.module.css";

function iconFor(error: unknown) {
  if (!(error instanceof ApiError)) return TriangleAlert;
  if (error.code === "offline") return WifiOff;
  return error.status === 0 || error.status >= 500 ? CloudOff : TriangleAlert;
}

export interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { title, text, remedy, requestId } = describeError(error);
  const Icon = iconFor(error);
  return (
    <div className={styles.state} role="alert">
      <span className={styles.icon}>
        <Icon size={24} aria-hidden="true" />
      </span>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{text}</p>
      {remedy === "reload" && (
        <Button onClick={() => location.reload()}>
          <RotateCw size={16} aria-hidden="true" />
          {app.reload}
        </Button>
      )}
      {remedy === "retry" && onRetry !== undefined && (
        <Button onClick={onRetry}>
          <RotateCw size={16} aria-hidden="true" />
          {app.retry}
        </Button>
      )}
      {requestId !== undefined && <p className={styles.request}>{errors.requestId(requestId)}</p>}
    </div>
  );
}

export function FullPageError(props: ErrorStateProps) {
  return (
    <main className={styles.page}>
      <ErrorState {...props} />
    </main>
  );
}
