// Made by `make types` from the service's OpenAPI document.
export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Liveness
         * @description Says that the process answers; it looks at nothing else.
         */
        get: operations["get_liveness_livez_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Readiness
         * @description Says whether requests can be served: `database` reachable, `schema` migrated, token `keys` loaded.
         */
        get: operations["get_readiness_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Me
         * @description Tells who you are here. It asks the database, so it also proves that the session still lives.
         */
        get: operations["get_me_v1_me_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Conversations
         * @description Lists your conversations, the last used first; `nextCursor` goes into `cursor` of the next request.
         */
        get: operations["list_conversations_v1_conversations_get"];
        put?: never;
        /**
         * Create Conversation
         * @description Creates a conversation. With an `id` of yours it may be repeated: the existing one comes with 200.
         *
         *     Under the same `Idempotency-Key` it may be repeated too: the first answer comes again.
         */
        post: operations["create_conversation_v1_conversations_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Conversation
         * @description Gives one conversation. Another user's is as unknown as one that never was.
         */
        get: operations["get_conversation_v1_conversations__id__get"];
        put?: never;
        post?: never;
        /**
         * Delete Conversation
         * @description Deletes a conversation with all its messages, at once and for good; or puts it into the trash.
         *
         *     There is a trash where the operator keeps one (`trashDays` of `/v1/me/retention`).
         */
        delete: operations["delete_conversation_v1_conversations__id__delete"];
        options?: never;
        head?: never;
        /**
         * Update Conversation
         * @description Renames, archives or pins a conversation, shows another branch, or replaces metadata or retention.
         *
         *     Absent members stay as they are. With `If-Match` only the version that you have seen is changed.
         */
        patch: operations["update_conversation_v1_conversations__id__patch"];
        trace?: never;
    };
    "/v1/conversations/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore Conversation
         * @description Takes a conversation out of the trash; its retention begins anew. One that is not in it stays.
         */
        post: operations["restore_conversation_v1_conversations__id__restore_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete All Conversations
         * @description Deletes all your conversations, or puts them into the trash, and tells how many that were.
         *
         *     They go in parts: after a failure, repeat it for the rest.
         */
        delete: operations["delete_all_conversations_v1_me_conversations_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Retention
         * @description Tells how long your conversations are kept after their last turn, and what you may choose.
         */
        get: operations["get_retention_v1_me_retention_get"];
        /**
         * Put Retention
         * @description Chooses how long they are kept; null goes back to the operator's default. See the preview first.
         */
        put: operations["put_retention_v1_me_retention_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/retention/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview Retention
         * @description Counts what the purge would delete under this choice, and changes nothing.
         *
         *     A purge that judges by `asOf` deletes exactly these, but for what is touched in between.
         */
        post: operations["preview_retention_v1_me_retention_preview_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Everything
         * @description Streams all that is held about you here: conversations, feedback, settings, and Markdown to read.
         *
         *     `manifest.json` comes last; a ZIP without it broke off. `POST /v1/conversations/import` takes it again.
         *     The gateway's part is `GET /api/account/export`.
         */
        get: operations["export_everything_v1_me_export_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/retention/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start Run
         * @description Lets a pass of the purge begin now, unless one is under way. Machine clients only, `retention:run`.
         */
        post: operations["start_run_v1_retention_runs_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/retention/runs/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Latest Run
         * @description Tells how the pass that is under way stands, or how the last one ended.
         */
        get: operations["get_latest_run_v1_retention_runs_latest_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import Conversations
         * @description Imports conversations with their branches, sources and feedback, under new ids.
         *
         *     JSON Lines: at most 200 conversations and 5000 messages, all of them or nothing; a larger file may be cut
         *     before any conversation's line. A ZIP of up to 256 MiB is checked as a whole and then stored in parts: if
         *     that breaks off, repeat it under the same `Idempotency-Key`, and only the rest is stored.
         */
        post: operations["import_conversations_v1_conversations_import_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Messages
         * @description Lists the messages of a conversation, newest first, so that a page is what a reader sees at its end.
         *
         *     Only the branch of the conversation's `headMessageId` is listed; `branches=all` lists all that were made.
         */
        get: operations["list_messages_v1_conversations__id__messages_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search
         * @description Searches your titles and messages, all branches of them: titles first, then messages, the best first.
         *
         *     Of a word in very many messages the newest matches are ranked first, then older ones.
         */
        get: operations["search_v1_search_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conversations/{id}/messages/{messageId}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put Feedback
         * @description Says what you think of a message; it comes with the message from then on, to you alone.
         */
        put: operations["put_feedback_v1_conversations__id__messages__messageId__feedback_put"];
        post?: never;
        /**
         * Delete Feedback
         * @description Takes your feedback back, if there is any.
         */
        delete: operations["delete_feedback_v1_conversations__id__messages__messageId__feedback_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit Turn
         * @description Asks a question and streams the answer, which is written on even if you leave.
         *
         *     Of `messages` only the last one of the user is read: the server knows the conversation. The same message
         *     id with the same text joins the answer that is there already. With `messageId` your message is edited;
         *     with the trigger `regenerate-message` it is answered again. Either makes a branch, and nothing is
         *     overwritten.
         */
        post: operations["submit_turn_v1_chat_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/{id}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Resume Stream
         * @description Streams the answer that is being written, from its beginning.
         *
         *     With the `id:` of the last frame that you saw as `Last-Event-ID` the stream goes on after it, also when
         *     the answer has been finished meanwhile.
         */
        get: operations["resume_stream_v1_chat__id__stream_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop Turn
         * @description Ends the answer that is being written, wherever that is, and keeps its text; it may be repeated.
         */
        post: operations["stop_turn_v1_chat__id__stop_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create Completion
         * @description Asks a question in OpenAI's Chat Completions shape, in the same conversations as `/v1/chat`.
         *
         *     `metadata.conversation_id` continues a conversation, without it each request begins a new one.
         *     `metadata.message_id` or `Idempotency-Key` joins the answer that an equal request has started.
         */
        post: operations["create_completion_v1_chat_completions_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Models
         * @description Lists what answers here: one model, which the operator chose.
         */
        get: operations["list_models_v1_models_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Model
         * @description Gives the one model that answers here.
         */
        get: operations["get_model_v1_models__model__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Documents
         * @description Lists the corpus, newest documents first.
         */
        get: operations["list_documents_v1_documents_get"];
        put?: never;
        /**
         * Put Document
         * @description Uploads a document under a `uri`. Sent again it stays as it is, with another content it is replaced.
         */
        post: operations["put_document_v1_documents_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Document
         * @description Gives one document, without its content.
         */
        get: operations["get_document_v1_documents__id__get"];
        /**
         * Replace Document
         * @description Replaces a document's content, title and url; its id and `uri` stay.
         */
        put: operations["replace_document_v1_documents__id__put"];
        post?: never;
        /**
         * Delete Document
         * @description Deletes a document and its passages. Answers that quoted it keep their quotations.
         */
        delete: operations["delete_document_v1_documents__id__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ChangeConversation
         * @description What is absent stays; `metadata` is replaced as a whole. `retentionDays` null: as the others.
         * @example {
         *       "title": "Rotating keys",
         *       "pinned": true,
         *       "retentionDays": 30
         *     }
         */
        ChangeConversation: {
            /**
             * Title
             * @default
             */
            title: string;
            /**
             * Archived
             * @default false
             */
            archived: boolean;
            /**
             * Pinned
             * @default false
             */
            pinned: boolean;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            };
            /** Retentiondays */
            retentionDays?: number | null;
            /**
             * Headmessageid
             * Format: uuid
             * @description Shows the newest branch through this message of the conversation.
             * @default 00000000-0000-0000-0000-000000000000
             */
            headMessageId: string;
        };
        /**
         * ChatRequest
         * @description Unknown members are ignored, `system` and `tools` among them: a client may set neither.
         * @example {
         *       "id": "my-chat",
         *       "trigger": "submit-message",
         *       "messages": [
         *         {
         *           "id": "question-1",
         *           "role": "user",
         *           "parts": [
         *             {
         *               "type": "text",
         *               "text": "How are keys rotated?"
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        ChatRequest: {
            /**
             * Id
             * @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`).
             */
            id: string;
            /**
             * Trigger
             * @description `submit-message`, or `regenerate-message` for another answer.
             * @default submit-message
             */
            trigger: string;
            messages?: components["schemas"]["UserMessage"][];
            /**
             * Messageid
             * @description With `submit-message` your message that is edited, else the answer to replace.
             */
            messageId?: string | null;
        };
        /**
         * CompletionMetadata
         * @description `conversation_id` continues a conversation; `message_id` makes a repeat of the request harmless.
         */
        CompletionMetadata: {
            /** Conversation Id */
            conversation_id?: string | null;
            /** Message Id */
            message_id?: string | null;
        };
        /**
         * CompletionRequest
         * @description What is not named here is ignored, `tools` and other messages among it: the server knows better.
         * @example {
         *       "model": "any",
         *       "messages": [
         *         {
         *           "role": "user",
         *           "content": "How are keys rotated?"
         *         }
         *       ],
         *       "metadata": {
         *         "conversation_id": "my-chat",
         *         "message_id": "question-1"
         *       }
         *     }
         */
        CompletionRequest: {
            /**
             * Model
             * @description Ignored: the answer's `model` names the one that answered.
             */
            model?: string | null;
            messages: components["schemas"]["QuestionMessage"][];
            /** Stream */
            stream?: boolean | null;
            stream_options?: components["schemas"]["StreamOptions"] | null;
            metadata?: components["schemas"]["CompletionMetadata"] | null;
            /** N */
            n?: 1 | null;
            response_format?: components["schemas"]["ResponseFormat"] | null;
        };
        /**
         * ContentPart
         * @description A piece of a message; only those of type `text` are taken.
         */
        ContentPart: {
            /** Type */
            type: string;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /**
         * Conversation
         * @description A conversation; `updatedAt` is the time of its last turn, so a rename does not move it.
         *
         *     `headMessageId` is the end of the branch that is shown and gone on with.
         * @example {
         *       "id": "my-chat",
         *       "title": "How are keys rotated?",
         *       "titleSource": "auto",
         *       "archived": false,
         *       "pinned": true,
         *       "agent": "openai",
         *       "metadata": {
         *         "project": "docs"
         *       },
         *       "headMessageId": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
         *       "retentionDays": 30,
         *       "deletedAt": null,
         *       "purgeAt": null,
         *       "createdAt": "2026-01-31T12:00:00.000000Z",
         *       "updatedAt": "2026-01-31T12:00:05.000000Z"
         *     }
         */
        Conversation: {
            /** Id */
            id: string;
            /** Title */
            title: string;
            /**
             * Titlesource
             * @enum {string}
             */
            titleSource: "auto" | "user";
            /** Archived */
            archived: boolean;
            /** Pinned */
            pinned: boolean;
            /**
             * Agent
             * @description Name of the agent that answered last.
             */
            agent: string | null;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            };
            /** Headmessageid */
            headMessageId: string | null;
            /**
             * Retentiondays
             * @description Days that this one is kept after its last turn, whatever holds for the others.
             */
            retentionDays: number | null;
            /**
             * Deletedat
             * @description In the trash since.
             */
            deletedAt: string | null;
            /**
             * Purgeat
             * @description When it leaves the trash for good.
             */
            purgeAt: string | null;
            /** Createdat */
            createdAt: string;
            /** Updatedat */
            updatedAt: string;
        };
        /**
         * ConversationPage
         * @description A page of conversations; `nextCursor` is null on the last one.
         * @example {
         *       "items": [
         *         {
         *           "id": "my-chat",
         *           "title": "How are keys rotated?",
         *           "titleSource": "auto",
         *           "archived": false,
         *           "pinned": true,
         *           "agent": "openai",
         *           "metadata": {
         *             "project": "docs"
         *           },
         *           "headMessageId": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
         *           "retentionDays": 30,
         *           "deletedAt": null,
         *           "purgeAt": null,
         *           "createdAt": "2026-01-31T12:00:00.000000Z",
         *           "updatedAt": "2026-01-31T12:00:05.000000Z"
         *         }
         *       ],
         *       "nextCursor": "WyJjb252ZXJzYXRpb25zIiwiMjAyNi0wMS0zMVQxMjowMDowNS4wMDAwMDBaIiwibXktY2hhdCJd",
         *       "count": 42
         *     }
         */
        ConversationPage: {
            /** Items */
            items: components["schemas"]["Conversation"][];
            /** Nextcursor */
            nextCursor: string | null;
            /**
             * Count
             * @description With `count=true`, on the first page: how many there are; 10000 is that or more.
             * @default 0
             */
            count: number;
        };
        /**
         * CreateConversation
         * @description Without `id` the service makes one; with it the request may be repeated.
         * @example {
         *       "id": "my-chat",
         *       "title": "How are keys rotated?",
         *       "metadata": {
         *         "project": "docs"
         *       }
         *     }
         */
        CreateConversation: {
            /** Id */
            id?: string | null;
            /** Title */
            title?: string | null;
            /** Metadata */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /**
         * DeletedConversations
         * @description What was deleted, or went to the trash.
         * @example {
         *       "conversations": 12,
         *       "messages": 148
         *     }
         */
        DeletedConversations: {
            /** Conversations */
            conversations: number;
            /** Messages */
            messages: number;
        };
        /**
         * Document
         * @description A document of the corpus; `version` rises with each new content, `passages` are what answers quote.
         * @example {
         *       "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
         *       "uri": "README.md",
         *       "title": "Read me",
         *       "url": "https://example.com/readme",
         *       "mediaType": "text/markdown",
         *       "version": 1,
         *       "passages": 8,
         *       "createdAt": "2026-01-31T12:00:00.000000Z",
         *       "updatedAt": "2026-01-31T12:00:00.000000Z"
         *     }
         */
        Document: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Uri */
            uri: string;
            /** Title */
            title: string;
            /** Url */
            url: string | null;
            /** Mediatype */
            mediaType: string;
            /** Version */
            version: number;
            /** Passages */
            passages: number;
            /** Createdat */
            createdAt: string;
            /** Updatedat */
            updatedAt: string;
        };
        /**
         * DocumentPage
         * @description A page of documents, newest first; `nextCursor` is null on the last one.
         * @example {
         *       "items": [
         *         {
         *           "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
         *           "uri": "README.md",
         *           "title": "Read me",
         *           "url": "https://example.com/readme",
         *           "mediaType": "text/markdown",
         *           "version": 1,
         *           "passages": 8,
         *           "createdAt": "2026-01-31T12:00:00.000000Z",
         *           "updatedAt": "2026-01-31T12:00:00.000000Z"
         *         }
         *       ],
         *       "nextCursor": null
         *     }
         */
        DocumentPage: {
            /** Items */
            items: components["schemas"]["Document"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * Feedback
         * @description What you said of a message.
         * @example {
         *       "rating": "up",
         *       "comment": "Just what I looked for."
         *     }
         */
        Feedback: {
            /**
             * Rating
             * @enum {string}
             */
            rating: "up" | "down";
            /** Comment */
            comment: string | null;
        };
        /**
         * GiveFeedback
         * @description It replaces what you said before, the comment too.
         * @example {
         *       "rating": "up",
         *       "comment": "Just what I looked for."
         *     }
         */
        GiveFeedback: {
            /**
             * Rating
             * @enum {string}
             */
            rating: "up" | "down";
            /** Comment */
            comment?: string | null;
        };
        /**
         * HighlightRange
         * @description From `start` up to, not including, `end`: Unicode code points, as `Array.from(text)` counts them.
         */
        HighlightRange: {
            /** Start */
            start: number;
            /** End */
            end: number;
        };
        /**
         * ImportResult
         * @description What was imported.
         * @example {
         *       "conversations": [
         *         {
         *           "importedId": "c1",
         *           "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10"
         *         }
         *       ],
         *       "messages": 1
         *     }
         */
        ImportResult: {
            /** Conversations */
            conversations: components["schemas"]["ImportedConversation"][];
            /** Messages */
            messages: number;
        };
        /**
         * ImportedConversation
         * @description Where a conversation of the file went.
         */
        ImportedConversation: {
            /**
             * Importedid
             * @description Its id in the file.
             */
            importedId: string;
            /** Id */
            id: string;
        };
        /**
         * MarkedText
         * @description A plain text, to be shown as text and never as HTML, and what to emphasize in it.
         */
        MarkedText: {
            /** Text */
            text: string;
            /** Highlights */
            highlights: components["schemas"]["HighlightRange"][];
        };
        /**
         * Me
         * @description Who the token speaks for, and until when it and its session last.
         * @example {
         *       "userId": "019c0a11-52d3-7e40-8b1c-2f6a9d7c4e85",
         *       "sessionId": "019c13ea-3c70-7d18-a2f5-6b9e0c1d4f37",
         *       "sessionExpiresAt": "2026-02-07T12:00:00.000000Z",
         *       "tokenExpiresAt": "2026-01-31T12:05:00.000000Z",
         *       "scopes": [
         *         "rag"
         *       ]
         *     }
         */
        Me: {
            /**
             * Userid
             * Format: uuid
             */
            userId: string;
            /**
             * Sessionid
             * Format: uuid
             */
            sessionId: string;
            /** Sessionexpiresat */
            sessionExpiresAt: string;
            /** Tokenexpiresat */
            tokenExpiresAt: string;
            /** Scopes */
            scopes: string[];
        };
        /**
         * Message
         * @description A message; `sources` are the passages that an answer cites, as they were streamed.
         *
         *     `siblingIds` are the messages in the same place, itself among them, the oldest first: revisions of a
         *     question, or answers to the same one.
         */
        Message: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Conversationid */
            conversationId: string;
            /** Clientmessageid */
            clientMessageId: string | null;
            /** Revision */
            revision: number;
            /** Parentid */
            parentId: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "user" | "assistant";
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "streaming" | "complete" | "stopped" | "error" | "interrupted";
            /** Text */
            text: string;
            /** Sources */
            sources: {
                [key: string]: unknown;
            }[];
            /** Agent */
            agent: {
                [key: string]: unknown;
            } | null;
            /** Errorcode */
            errorCode: string | null;
            /** Createdat */
            createdAt: string;
            /** Updatedat */
            updatedAt: string;
            /** Siblingids */
            siblingIds: string[];
            feedback: components["schemas"]["Feedback"] | null;
        };
        /**
         * MessagePage
         * @description A page of messages, newest first; `nextCursor` leads to older ones and is null at the first message.
         * @example {
         *       "items": [
         *         {
         *           "id": "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a",
         *           "conversationId": "my-chat",
         *           "clientMessageId": null,
         *           "revision": 0,
         *           "parentId": "019c13ec-a1e8-7a92-b1f0-5e4d3c2b1a09",
         *           "role": "assistant",
         *           "status": "complete",
         *           "text": "By hand [1].",
         *           "sources": [
         *             {
         *               "id": "1",
         *               "type": "url",
         *               "title": "Keys",
         *               "url": "https://example.com/keys",
         *               "quote": "Keys are rotated with make rotate-keys.",
         *               "heading": "Keys › Rotation",
         *               "score": 0.83,
         *               "documentId": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
         *               "documentVersion": 1,
         *               "mediaType": "text/markdown",
         *               "uri": "docs/keys.md"
         *             }
         *           ],
         *           "agent": {
         *             "name": "openai",
         *             "model": "small",
         *             "timings": {
         *               "retrieveMs": 12,
         *               "generateMs": 840
         *             },
         *             "usage": {
         *               "inputTokens": 412,
         *               "outputTokens": 6,
         *               "estimated": false
         *             },
         *             "finishReason": "stop"
         *           },
         *           "errorCode": null,
         *           "createdAt": "2026-01-31T12:00:05.000000Z",
         *           "updatedAt": "2026-01-31T12:00:06.000000Z",
         *           "siblingIds": [
         *             "019c13ec-b188-7b13-8a6c-0f1e2d3c4b5a"
         *           ],
         *           "feedback": {
         *             "rating": "up",
         *             "comment": null
         *           }
         *         }
         *       ],
         *       "nextCursor": "WyJtZXNzYWdlcyIsIjIwMjYtMDEtMzFUMTI6MDA6MDUuMDAwMDAwWiIsIjAxOWMxM2VjLWIxODgtN2IxMy04YTZjLTBmMWUyZDNjNGI1YSJd"
         *     }
         */
        MessagePage: {
            /** Items */
            items: components["schemas"]["Message"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * QuestionMessage
         * @description The user's message: a text, or a list of text parts.
         */
        QuestionMessage: {
            /**
             * Role
             * @constant
             */
            role: "user";
            /** Content */
            content: string | components["schemas"]["ContentPart"][];
        };
        /**
         * Readiness
         * @description The named checks, all `ok`.
         * @example {
         *       "status": "ready",
         *       "checks": {
         *         "database": "ok",
         *         "schema": "ok",
         *         "keys": "ok"
         *       }
         *     }
         */
        Readiness: {
            /** Status */
            status: string;
            /** Checks */
            checks: {
                [key: string]: "ok" | "failing";
            };
        };
        /**
         * ResponseFormat
         * @description Answers are text: who asks for JSON would fail to parse it.
         */
        ResponseFormat: {
            /**
             * Type
             * @constant
             */
            type: "text";
        };
        /**
         * Retention
         * @description What holds for you, and what you may choose. `days` is null where conversations are kept for ever.
         * @example {
         *       "days": 30,
         *       "source": "user",
         *       "minDays": 1,
         *       "maxDays": 365,
         *       "defaultDays": 90,
         *       "pinnedExempt": true,
         *       "purgeIntervalSeconds": 3600,
         *       "trashDays": 30,
         *       "nextPurgeAt": "2026-01-31T13:00:00.000000Z"
         *     }
         */
        Retention: {
            /** Days */
            days: number | null;
            /**
             * Source
             * @enum {string}
             */
            source: "user" | "default";
            /** Mindays */
            minDays: number;
            /** Maxdays */
            maxDays: number | null;
            /** Defaultdays */
            defaultDays: number | null;
            /** Pinnedexempt */
            pinnedExempt: boolean;
            /** Purgeintervalseconds */
            purgeIntervalSeconds: number;
            /**
             * Trashdays
             * @description Days that a deleted conversation can be restored; 0: not at all.
             */
            trashDays: number;
            /** Nextpurgeat */
            nextPurgeAt: string | null;
        };
        /**
         * RetentionChoice
         * @description Days that a conversation is kept after its last turn; null for the operator's default.
         * @example {
         *       "days": 30
         *     }
         */
        RetentionChoice: {
            /** Days */
            days: number | null;
        };
        /**
         * RetentionPreview
         * @description What the purge would delete of yours under a choice, judged by the moment `asOf`.
         * @example {
         *       "asOf": "2026-01-31T12:00:00.000000Z",
         *       "days": 30,
         *       "conversations": 12,
         *       "messages": 148,
         *       "pinnedKept": 2,
         *       "oldest": "2025-11-02T09:30:00.000000Z",
         *       "purgeAt": "2026-01-31T13:00:00.000000Z"
         *     }
         */
        RetentionPreview: {
            /** Asof */
            asOf: string;
            /** Days */
            days: number | null;
            /** Conversations */
            conversations: number;
            /** Messages */
            messages: number;
            /**
             * Pinnedkept
             * @description Those that stay only because they are pinned.
             */
            pinnedKept: number;
            /**
             * Oldest
             * @description The oldest last turn among them.
             */
            oldest: string | null;
            /** Purgeat */
            purgeAt: string | null;
        };
        /**
         * RetentionRun
         * @description The pass of the purge that is under way, or was the last; its numbers grow while it is.
         * @example {
         *       "status": "finished",
         *       "asOf": "2026-01-31T12:00:00.000000Z",
         *       "finishedAt": "2026-01-31T12:00:03.000000Z",
         *       "nextAt": "2026-01-31T13:00:00.000000Z",
         *       "conversations": 12,
         *       "messages": 148,
         *       "failed": 0
         *     }
         */
        RetentionRun: {
            /**
             * Status
             * @enum {string}
             */
            status: "never" | "running" | "finished";
            /** Asof */
            asOf: string | null;
            /** Finishedat */
            finishedAt: string | null;
            /** Nextat */
            nextAt: string;
            /** Conversations */
            conversations: number;
            /** Messages */
            messages: number;
            /** Failed */
            failed: number;
        };
        /**
         * SearchPage
         * @description A page of results; `nextCursor` is null on the last one.
         * @example {
         *       "items": [
         *         {
         *           "conversationId": "my-chat",
         *           "messageId": "019c13ec-a1e8-7a92-b1f0-5e4d3c2b1a09",
         *           "title": {
         *             "text": "Signing",
         *             "highlights": []
         *           },
         *           "role": "user",
         *           "excerpt": {
         *             "text": "How are keys rotated?",
         *             "highlights": [
         *               {
         *                 "start": 8,
         *                 "end": 12
         *               },
         *               {
         *                 "start": 13,
         *                 "end": 20
         *               }
         *             ]
         *           },
         *           "createdAt": "2026-01-31T12:00:01.000000Z"
         *         }
         *       ],
         *       "nextCursor": null
         *     }
         */
        SearchPage: {
            /** Items */
            items: components["schemas"]["SearchResult"][];
            /** Nextcursor */
            nextCursor: string | null;
        };
        /**
         * SearchResult
         * @description A message that matches; or, where `messageId` is null, a conversation whose title does.
         */
        SearchResult: {
            /** Conversationid */
            conversationId: string;
            /**
             * Messageid
             * @description The message to jump to.
             */
            messageId: string | null;
            title: components["schemas"]["MarkedText"];
            /** Role */
            role: ("user" | "assistant") | null;
            excerpt: components["schemas"]["MarkedText"] | null;
            /** Createdat */
            createdAt: string;
        };
        /**
         * StoredDocument
         * @description A document and what the upload did to it.
         * @example {
         *       "id": "019c13ec-9e00-7c5e-9d41-3b7a2f6e8c10",
         *       "uri": "README.md",
         *       "title": "Read me",
         *       "url": "https://example.com/readme",
         *       "mediaType": "text/markdown",
         *       "version": 1,
         *       "passages": 8,
         *       "createdAt": "2026-01-31T12:00:00.000000Z",
         *       "updatedAt": "2026-01-31T12:00:00.000000Z",
         *       "change": "created"
         *     }
         */
        StoredDocument: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Uri */
            uri: string;
            /** Title */
            title: string;
            /** Url */
            url: string | null;
            /** Mediatype */
            mediaType: string;
            /** Version */
            version: number;
            /** Passages */
            passages: number;
            /** Createdat */
            createdAt: string;
            /** Updatedat */
            updatedAt: string;
            /**
             * Change
             * @enum {string}
             */
            change: "created" | "replaced" | "unchanged";
        };
        /**
         * StreamOptions
         * @description With `include_usage` the last chunk before the end counts the tokens.
         */
        StreamOptions: {
            /** Include Usage */
            include_usage?: boolean | null;
        };
        /**
         * UserMessage
         * @description The question of a turn; its `id` makes a repeat of the request harmless.
         */
        UserMessage: {
            /** Id */
            id: string;
            /** Parts */
            parts: components["schemas"]["UserMessagePart"][];
        };
        /**
         * UserMessagePart
         * @description A piece of a message; only those of type `text` are taken.
         */
        UserMessagePart: {
            /** Type */
            type: string;
            /**
             * Text
             * @default
             */
            text: string;
        };
        /**
         * Problem
         * @description RFC 9457 problem details.
         */
        Problem: {
            /** @example urn:auth-gateway:problem:not_found */
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @enum {string} */
            code: "authentication_required" | "conversation_busy" | "conversation_trashed" | "database_unavailable" | "idempotency_key_reused" | "insufficient_scope" | "internal_error" | "interrupted" | "invalid_cursor" | "invalid_request" | "invalid_token" | "keys_unavailable" | "message_conflict" | "method_not_allowed" | "model_timeout" | "model_unavailable" | "not_found" | "payload_too_large" | "precondition_failed" | "question_too_long" | "rate_limited" | "session_ended" | "trigger_unsupported" | "unavailable" | "unreadable_document" | "unsupported_media_type" | "unsupported_part" | "validation_failed";
            /** @description Also answered as x-request-id. */
            requestId: string;
            /** @description With `validation_failed`: which members or parameters are wrong. */
            errors?: {
                /** @description JSON pointer into the body. */
                pointer?: string;
                parameter?: string;
                detail: string;
            }[];
            /** @description With `rate_limited` and `payload_too_large`: what was exceeded. */
            limit?: {
                name: string;
                quota: number;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_liveness_livez_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "alive"
                     *     }
                     */
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    get_readiness_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Not ready; the problem's `checks` name what fails */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me_v1_me_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_conversations_v1_conversations_get: {
        parameters: {
            query?: {
                limit?: number;
                count?: boolean;
                cursor?: string | null;
                /** @description All that is in the trash, last deleted first. */
                trashed?: boolean;
                archived?: boolean;
                /** @description Only pinned ones, or only others. */
                pinned?: boolean | null;
                /** @description Only those in which the agent of this name answered last. */
                agent?: string | null;
                /** @description Only those whose last turn was then or later. */
                updatedAfter?: string | null;
                /** @description Only those whose last turn was earlier. */
                updatedBefore?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationPage"];
                };
            };
            /** @description `invalid_cursor`: The cursor is not one that this list gave out */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_conversation_v1_conversations_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within a day, gets the first answer again. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateConversation"];
            };
        };
        responses: {
            /** @description It existed already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conversation_trashed`: The conversation is in the trash; restore it first */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `idempotency_key_reused`: This idempotency key was already used with another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_conversation_v1_conversations__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description It is the version that `If-None-Match` names */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_conversation_v1_conversations__id__delete: {
        parameters: {
            query?: {
                /** @description For good, even if the operator keeps a trash; what is in it goes, too. */
                permanent?: boolean;
            };
            header?: {
                /** @description The `ETag` of what you change; another version is left alone. */
                "if-match"?: string | null;
            };
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: It has been changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_conversation_v1_conversations__id__patch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you change; another version is left alone. */
                "if-match"?: string | null;
            };
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeConversation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: It has been changed meanwhile */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_conversation_v1_conversations__id__restore_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_all_conversations_v1_me_conversations_delete: {
        parameters: {
            query?: {
                /** @description For good, even if the operator keeps a trash; what is in it goes, too. */
                permanent?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedConversations"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_retention_v1_me_retention_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_retention_v1_me_retention_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Retention"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_retention_v1_me_retention_preview_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPreview"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_everything_v1_me_export_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A ZIP. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_run_v1_retention_runs_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionRun"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_latest_run_v1_retention_runs_latest_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionRun"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_conversations_v1_conversations_import_post: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeat under the same key, within a day, gets the first answer again. */
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        /** @description The ZIP of `GET /v1/me/export`; or JSON Lines as in its `conversations-0001.jsonl`: a header, then each conversation with its messages after it. */
        requestBody: {
            content: {
                /**
                 * @example {"type":"header","format":"rag-api-export","version":1}
                 *     {"type":"conversation","id":"c1","title":"Keys","createdAt":"2026-01-31T12:00:00Z","updatedAt":"2026-01-31T12:00:05Z"}
                 *     {"type":"message","id":"m1","role":"user","text":"How are keys rotated?","createdAt":"2026-01-31T12:00:00Z"}
                 */
                "application/jsonl": string;
                /**
                 * @example {"type":"header","format":"rag-api-export","version":1}
                 *     {"type":"conversation","id":"c1","title":"Keys","createdAt":"2026-01-31T12:00:00Z","updatedAt":"2026-01-31T12:00:05Z"}
                 *     {"type":"message","id":"m1","role":"user","text":"How are keys rotated?","createdAt":"2026-01-31T12:00:00Z"}
                 */
                "application/x-ndjson": string;
                "application/zip": string;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResult"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The content type is not supported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `idempotency_key_reused`: This idempotency key was already used with another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_messages_v1_conversations__id__messages_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
                /** @description The branch that is shown, or every message. */
                branches?: "head" | "all";
            };
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            /** @description `invalid_cursor`: The cursor is not one that this list gave out */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_v1_search_get: {
        parameters: {
            query: {
                /** @description Words that must all occur, in any form; Chinese, Japanese, Korean need no spaces. */
                q: string;
                limit?: number;
                cursor?: string | null;
                /** @description Without it, archived ones are searched too. */
                archived?: boolean | null;
                /** @description Only pinned ones, or only others. */
                pinned?: boolean | null;
                /** @description Only those in which the agent of this name answered last. */
                agent?: string | null;
                /** @description Only those whose last turn was then or later. */
                updatedAfter?: string | null;
                /** @description Only those whose last turn was earlier. */
                updatedBefore?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchPage"];
                };
            };
            /** @description `invalid_cursor`: The cursor is not one that this list gave out */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_feedback_v1_conversations__id__messages__messageId__feedback_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
                /** @description The message's `id`, or the one you gave it. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiveFeedback"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feedback"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_feedback_v1_conversations__id__messages__messageId__feedback_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
                /** @description The message's `id`, or the one you gave it. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submit_turn_v1_chat_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChatRequest"];
            };
        };
        responses: {
            /** @description The answer as an AI SDK UI message stream, version 1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conversation_busy`: An answer is still being written in this conversation; `conversation_trashed`: The conversation is in the trash; restore it first; `message_conflict`: This message id was already used with another content */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `trigger_unsupported`: This chat trigger is not supported; `unsupported_part`: This kind of message part is not supported */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_stream_v1_chat__id__stream_get: {
        parameters: {
            query?: never;
            header?: {
                "last-event-id"?: string | null;
            };
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer as an AI SDK UI message stream, version 1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Nothing is being written in a conversation of yours by this id. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_turn_v1_chat__id__stop_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : - (but not `.` or `..`). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The end was asked for, and its worker has not stored it yet. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_completion_v1_chat_completions_post: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionRequest"];
            };
        };
        responses: {
            /** @description A Chat Completion, or its chunks; `rag` names conversation, message and sources. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "text/event-stream": string;
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conversation_busy`: An answer is still being written in this conversation; `conversation_trashed`: The conversation is in the trash; restore it first; `message_conflict`: This message id was already used with another content */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large; `question_too_long`: The question is longer than the model can read */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `unsupported_part`: This kind of message part is not supported */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: Too many requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `model_unavailable`: The model did not answer as it should */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now; `interrupted`: The answer was interrupted */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `model_timeout`: The model took too long */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_models_v1_models_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object": "list",
                     *       "data": [
                     *         {
                     *           "id": "small",
                     *           "object": "model",
                     *           "created": 0,
                     *           "owned_by": "rag-api"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_model_v1_models__model__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "small",
                     *       "object": "model",
                     *       "created": 0,
                     *       "owned_by": "rag-api"
                     *     }
                     */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_documents_v1_documents_get: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentPage"];
                };
            };
            /** @description `invalid_cursor`: The cursor is not one that this list gave out */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_document_v1_documents_post: {
        parameters: {
            query: {
                /** @description The document's name; a repeat replaces its content. */
                uri: string;
                title?: string | null;
                url?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The file itself; its Content-Type says what it is. */
        requestBody: {
            content: {
                "application/pdf": string;
                "text/html": string;
                "text/markdown": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description It was there already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDocument"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDocument"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The content type is not supported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `unreadable_document`: The document cannot be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_document_v1_documents__id__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Document"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_document_v1_documents__id__put: {
        parameters: {
            query?: {
                title?: string | null;
                url?: string | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description The file itself; its Content-Type says what it is. */
        requestBody: {
            content: {
                "application/pdf": string;
                "text/html": string;
                "text/markdown": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDocument"];
                };
            };
            /** @description `invalid_request`: The request is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The request is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The content type is not supported */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values; `unreadable_document`: The document cannot be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_document_v1_documents__id__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `authentication_required`: Sign in first; `invalid_token`: The access token is not valid; `session_ended`: The session has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: The access token lacks a needed scope */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing is here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `validation_failed`: The request has invalid values */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `internal_error`: Something went wrong on our side */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `database_unavailable`: The database is not reachable; `keys_unavailable`: The token keys are not available; `unavailable`: The service can't take this request now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
