/** A modal dialog: focus stays in it, Escape closes it, and focus goes back to where it came from. */
import { AlertDialog as Alert } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { app } from "../strings/app.ts";
import { Button, IconButton } from "./button.tsx";
import styles from "./dialog.module.css";

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
}

/** What a person came to fill in, not the button that closes; on touch that would only open the keyboard. */
function firstField(popup: HTMLElement | null, kind: string): HTMLElement | boolean {
  const field = popup?.querySelector<HTMLElement>("input:not([readonly], [type=radio]), textarea");
  return kind === "touch" ? true : (field ?? true);
}

export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup ref={popup} className={styles.popup} initialFocus={(kind) => firstField(popup.current, kind)}>
          <div className={styles.head}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            <Base.Close render={<IconButton label={app.close} />}>
              <X size={18} aria-hidden="true" />
            </Base.Close>
          </div>
          {description !== undefined && (
            <Base.Description className={styles.description}>{description}</Base.Description>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description: ReactNode;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly busy?: boolean;
  /** What could not be done, shown beside the buttons. */
  readonly children?: ReactNode;
}

/** Asks before something that can't be taken back; a click beside it is no answer. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  description,
  confirm,
  onConfirm,
  busy,
  children,
}: ConfirmDialogProps) {
  return (
    <Alert.Root open={open} onOpenChange={onOpenChange}>
      <Alert.Portal>
        <Alert.Backdrop className={styles.backdrop} />
        <Alert.Popup className={styles.popup}>
          <Alert.Title className={styles.title}>{title}</Alert.Title>
          <Alert.Description className={styles.description} render={<div />}>
            {description}
          </Alert.Description>
          {children}
          <div className={styles.buttons}>
            <Alert.Close render={<Button />}>{app.cancel}</Alert.Close>
            <Button look="danger" busy={busy ?? false} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </Alert.Popup>
      </Alert.Portal>
    </Alert.Root>
  );
}
