/** Thumbs up or down for an answer, at once; and then, for those who want to, in words. */
import { Popover } from "@base-ui/react/popover";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { type SubmitEvent, useRef, useState } from "react";
import { dataOf, ragApi, type Schemas } from "../api/rag-api.ts";
import { Button, IconButton } from "../components/button.tsx";
import { toast } from "../components/toast.tsx";
import { sentenceFor } from "../errors/describe.ts";
import { chat } from "../strings/chat.ts";
import styles from "./message.module.css";
import popover from "./source-popover.module.css";

type Feedback = Schemas["Feedback"];
type Rating = Feedback["rating"];

export interface FeedbackProps {
  readonly conversationId: string;
  readonly messageId: string;
  readonly given: Feedback | null;
  /** After it has been stored. */
  readonly onGiven: (feedback: Feedback | null) => void;
}

async function store(conversationId: string, messageId: string, feedback: Feedback | null): Promise<void> {
  const params = { path: { id: conversationId, messageId } };
  const path = "/v1/conversations/{id}/messages/{messageId}/feedback";
  if (feedback === null) await dataOf(ragApi.DELETE(path, { params }));
  else await dataOf(ragApi.PUT(path, { params, body: feedback }));
}

export function FeedbackButtons({ conversationId, messageId, given, onGiven }: FeedbackProps) {
  const [asking, setAsking] = useState<Rating>();
  const anchor = useRef<HTMLDivElement>(null);
  const give = async (feedback: Feedback | null) => {
    try {
      await store(conversationId, messageId, feedback);
      onGiven(feedback);
      return true;
    } catch (error) {
      toast({ title: chat.feedbackFailed, description: sentenceFor(error) });
      return false;
    }
  };
  const rate = async (rating: Rating) => {
    const isTakenBack = given?.rating === rating;
    const done = await give(isTakenBack ? null : { rating, comment: null });
    if (done && !isTakenBack) setAsking(rating);
  };
  const comment = async (text: string) => {
    if (asking !== undefined && (text === "" || (await give({ rating: asking, comment: text })))) {
      setAsking(undefined);
      toast({ title: chat.feedbackThanks });
    }
  };
  return (
    <div ref={anchor} className={styles.group}>
      <IconButton label={chat.good} aria-pressed={given?.rating === "up"} onClick={() => void rate("up")}>
        <ThumbsUp size={16} aria-hidden="true" />
      </IconButton>
      <IconButton label={chat.bad} aria-pressed={given?.rating === "down"} onClick={() => void rate("down")}>
        <ThumbsDown size={16} aria-hidden="true" />
      </IconButton>
      <Popover.Root open={asking !== undefined} onOpenChange={(open) => open || setAsking(undefined)}>
        <Popover.Portal>
          <Popover.Positioner anchor={anchor} sideOffset={8} collisionPadding={16} className={popover.positioner}>
            <Popover.Popup className={popover.popup}>
              <CommentForm rating={asking ?? "up"} onSend={(text) => void comment(text)} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

function CommentForm({ rating, onSend }: { readonly rating: Rating; readonly onSend: (text: string) => void }) {
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(String(new FormData(event.currentTarget).get("comment") ?? "").trim());
  };
  return (
    <form className={styles.comment} onSubmit={send}>
      <Popover.Title className={popover.title}>{chat.feedbackTitle[rating]}</Popover.Title>
      <textarea
        name="comment"
        className={styles.textarea}
        rows={3}
        maxLength={2000}
        aria-label={chat.feedbackComment}
        placeholder={chat.feedbackHint}
      />
      <div className={styles.commentFoot}>
        <Button type="submit" look="primary">
          {chat.feedbackSend}
        </Button>
      </div>
    </form>
  );
}
