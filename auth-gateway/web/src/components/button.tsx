/** Buttons, and links that look like them. */
import type { ComponentProps } from "react";
import { Link, type LinkProps } from "wouter";
import styles from "./button.module.css";
import { Spinner } from "./spinner.tsx";

type Look = "primary" | "secondary" | "quiet" | "danger";

function classOf(look: Look, wide: boolean, more?: string): string {
  return [styles.button, styles[look], wide && styles.wide, more].filter(Boolean).join(" ");
}

export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: Look;
  readonly wide?: boolean;
  /** Shows that the work is under way, and takes no second press. */
  readonly busy?: boolean;
}

export function Button({ look = "secondary", wide = false, busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      // A disabled button would lose the focus, and a screen reader its place.
      aria-disabled={busy || rest.disabled || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={classOf(look, wide, className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

type ButtonLinkProps = LinkProps & { readonly look?: Look; readonly wide?: boolean };

export function ButtonLink({ look = "secondary", wide = false, ...rest }: ButtonLinkProps) {
  return <Link {...rest} className={classOf(look, wide)} />;
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** What it does: its accessible name, and what hovering shows. */
  readonly label: string;
}

export function IconButton({ label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} aria-label={label} title={label} className={`${styles.icon} ${className ?? ""}`} />
  );
}
