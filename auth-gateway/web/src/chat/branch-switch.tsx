/** Leads from one version of a message to another: the versions of a question, or answers to the same one. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../components/button.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { chat } from "../strings/chat.ts";
import styles from "./message.module.css";

export interface BranchSwitchProps {
  readonly id: string;
  readonly siblings: readonly string[];
  readonly disabled: boolean;
  readonly show: (id: string) => Promise<void>;
}

export function BranchSwitch({ id, siblings, disabled, show }: BranchSwitchProps) {
  const [isBusy, setBusy] = useState(false);
  const index = siblings.indexOf(id);
  const go = async (step: number) => {
    const wanted = siblings[index + step];
    if (wanted === undefined || isBusy || disabled) return;
    setBusy(true);
    try {
      await show(wanted);
    } catch (error) {
      toast({ title: chat.branchFailed, description: sentenceFor(error) });
    }
    setBusy(false);
  };
  const off = (isEnd: boolean) => isEnd || disabled || undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: no set of form fields.
    <div className={styles.branches} role="group" aria-label={chat.branch}>
      <IconButton label={chat.previous} aria-disabled={off(index <= 0)} onClick={() => void go(-1)}>
        <ChevronLeft size={16} aria-hidden="true" />
      </IconButton>
      <span className={styles.branchCount} role="status" aria-label={chat.branchOf(index + 1, siblings.length)}>
        {chat.branchShort(index + 1, siblings.length)}
      </span>
      <IconButton label={chat.next} aria-disabled={off(index >= siblings.length - 1)} onClick={() => void go(1)}>
        <ChevronRight size={16} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
