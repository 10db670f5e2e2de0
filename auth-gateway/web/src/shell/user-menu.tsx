/** Who is signed in, and the way to their account, privacy and the door. */
import { ChevronsUpDown, LogOut, ShieldCheck, UserRound } from "lucide-react";
import { useLocation } from "wouter";
import { type Session, signOut } from "../auth/session.ts";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "../components/menu.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { paths } from "../paths.ts";
import { app } from "../strings/app.ts";
import { setTheme, useTheme } from "../theme.ts";
import styles from "./user-menu.module.css";

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

export function UserMenu({ user }: { readonly user: Session["user"] }) {
  const theme = useTheme();
  const [, navigate] = useLocation();
  const leave = () => signOut().catch((error: unknown) => toast({ title: sentenceFor(error) }));
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button type="button" className={styles.trigger}>
          <span className={styles.avatar} aria-hidden="true">
            {initialsOf(user.name)}
          </span>
          <span className="visually-hidden">{app.yourAccount}</span>
          <span className={styles.who}>
            <span className={styles.name}>{user.name}</span>
            <span className={styles.email}>{user.email}</span>
          </span>
          <ChevronsUpDown size={16} aria-hidden="true" />
        </button>
      }
    >
      <MenuItem onClick={() => navigate(paths.account)}>
        <UserRound size={18} aria-hidden="true" />
        {app.account}
      </MenuItem>
      <MenuItem onClick={() => navigate(paths.privacy)}>
        <ShieldCheck size={18} aria-hidden="true" />
        {app.privacy}
      </MenuItem>
      <MenuSeparator />
      <MenuChoices
        label={app.theme}
        value={theme}
        choices={[
          ["system", app.themes.system],
          ["light", app.themes.light],
          ["dark", app.themes.dark],
        ]}
        onChange={setTheme}
      />
      <MenuSeparator />
      <MenuItem onClick={() => void leave()}>
        <LogOut size={18} aria-hidden="true" />
        {app.signOut}
      </MenuItem>
    </Menu>
  );
}
