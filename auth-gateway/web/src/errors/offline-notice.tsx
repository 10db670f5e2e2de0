/** Says at the top of the page that there is no connection, for as long as there is none. */
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { errors } from "../strings/errors.ts";
import styles from "./offline-notice.module.css";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

export function OfflineNotice() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!isOnline && (
        <p className={styles.notice}>
          <WifiOff size={16} aria-hidden="true" />
          <span>
            <strong>{errors.offline.title}.</strong> {errors.offline.text}
          </span>
        </p>
      )}
    </div>
  );
}
