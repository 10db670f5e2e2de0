/** Which conversations the history page shows: a kind, and from when to when. */
import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { X } from "lucide-react";
import { useId } from "react";
import { Button } from "../components/button.tsx";
import { history } from "../strings/history.ts";
import styles from "./history-page.module.css";
import type { Show, View } from "./view.ts";

export interface FiltersProps {
  readonly view: View;
  readonly hasTrash: boolean;
  readonly onChange: (change: Partial<View>) => void;
}

export function Filters({ view, hasTrash, onChange }: FiltersProps) {
  const shows: Show[] = ["active", "pinned", "archived"];
  if (hasTrash && view.q === "") shows.push("trash");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in a row.
    <div className={styles.filters} role="group" aria-label={history.filters}>
      <RadioGroup
        className={styles.shows}
        aria-label={history.show}
        value={view.show}
        onValueChange={(show) => onChange({ show: show as Show })}
      >
        {shows.map((show) => (
          <Radio.Root key={show} value={show} className={styles.show} aria-label={history.shows[show]}>
            {history.shows[show]}
          </Radio.Root>
        ))}
      </RadioGroup>
      {view.show !== "trash" && (
        <div className={styles.dates}>
          <DateField label={history.from} value={view.from} max={view.until} onChange={(from) => onChange({ from })} />
          <DateField
            label={history.until}
            value={view.until}
            min={view.from}
            onChange={(until) => onChange({ until })}
          />
          {(view.from !== "" || view.until !== "") && (
            <Button look="quiet" onClick={() => onChange({ from: "", until: "" })}>
              <X size={16} aria-hidden="true" />
              {history.clearDates}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

interface DateFieldProps {
  readonly label: string;
  readonly value: string;
  readonly min?: string;
  readonly max?: string;
  readonly onChange: (value: string) => void;
}

function DateField({ label, value, min, max, onChange }: DateFieldProps) {
  const id = useId();
  return (
    <div className={styles.date}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="date"
        value={value}
        {...(min && { min })}
        {...(max && { max })}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
