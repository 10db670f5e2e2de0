/** The frame of the signed-in pages: the sidebar, which is a drawer on a phone, and the page beside it. */
import { Dialog } from "@base-ui/react/dialog";
import { Menu as MenuIcon, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Session } from "../auth/session.ts";
import { IconButton } from "../components/button.tsx";
import { Mark } from "../components/mark.tsx";
import { OfflineNotice } from "../errors/offline-notice.tsx";
import { Sidebar } from "../history/sidebar.tsx";
import { paths } from "../paths.ts";
import { app } from "../strings/app.ts";
import styles from "./frame.module.css";
import { useWide } from "./use-wide.ts";
import { UserMenu } from "./user-menu.tsx";

interface FrameProps {
  readonly user: Session["user"];
  readonly children: ReactNode;
}

export function Frame({ user, children }: FrameProps) {
  const isWide = useWide();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {app.skipToContent}
      </a>
      {isWide ? (
        <div className={styles.sidebar}>
          <SidebarContent user={user} />
        </div>
      ) : (
        <TopBar user={user} />
      )}
      <main id="content" tabIndex={-1} className={styles.main}>
        <OfflineNotice />
        <div className={styles.content}>{children}</div>
      </main>
    </div>
  );
}

function SidebarContent({ user, aside }: { readonly user: Session["user"]; readonly aside?: ReactNode }) {
  return (
    <>
      <header className={styles.brand}>
        <Link href={paths.home} className={styles.home}>
          <Mark size={28} />
          <span>{app.name}</span>
        </Link>
        {aside}
      </header>
      <nav className={styles.list} aria-label={app.navigation}>
        <Sidebar />
      </nav>
      <footer className={styles.user}>
        <UserMenu user={user} />
      </footer>
    </>
  );
}

function TopBar({ user }: { readonly user: Session["user"] }) {
  const [open, setOpen] = useState(false);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is the reason to close.
  useEffect(() => setOpen(false), [path]);
  return (
    <header className={styles.bar}>
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger render={<IconButton label={app.openMenu} />}>
          <MenuIcon size={20} aria-hidden="true" />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Backdrop className={styles.scrim} />
          <Dialog.Popup className={styles.drawer}>
            <Dialog.Title className="visually-hidden">{app.navigation}</Dialog.Title>
            <SidebarContent
              user={user}
              aside={
                <Dialog.Close render={<IconButton label={app.closeMenu} />}>
                  <X size={20} aria-hidden="true" />
                </Dialog.Close>
              }
            />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <Link href={paths.home} className={styles.home}>
        <Mark size={24} />
        <span>{app.name}</span>
      </Link>
    </header>
  );
}
