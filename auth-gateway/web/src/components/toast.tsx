/** Short messages at the edge of the window, announced by screen readers: `toast({ title })` from anywhere. */
import { Toast as Base } from "@base-ui/react/toast";
import { X } from "lucide-react";
import { app } from "../strings/app.ts";
import { IconButton } from "./button.tsx";
import styles from "./toast.module.css";

const manager = Base.createToastManager();

export interface ToastMessage {
  readonly title: string;
  readonly description?: string;
  /** Such as undo; then the message stays for longer. */
  readonly action?: { readonly label: string; readonly onClick: () => void };
}

export function toast({ title, description, action }: ToastMessage): void {
  const id = manager.add({
    title,
    ...(description === undefined ? {} : { description }),
    timeout: action === undefined ? 5_000 : 12_000,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick() {
              manager.close(id);
              action.onClick();
            },
          },
        }),
  });
}

function Messages() {
  const { toasts } = Base.useToastManager();
  return toasts.map((message) => (
    <Base.Root key={message.id} toast={message} className={styles.toast}>
      <Base.Content className={styles.content}>
        <div className={styles.words}>
          <Base.Title className={styles.title} />
          <Base.Description className={styles.description} />
        </div>
        <Base.Action className={styles.action} />
        <Base.Close render={<IconButton label={app.close} />}>
          <X size={16} aria-hidden="true" />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}

export function Toasts() {
  return (
    <Base.Provider toastManager={manager}>
      <Base.Portal>
        <Base.Viewport className={styles.viewport}>
          <Messages />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
