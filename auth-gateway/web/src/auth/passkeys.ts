/** The stock client's passkeys, apart: few pages need them, and they bring a library of their own. */
import { passkeyClient } from "@better-auth/passkey/client";
import { createAuthClient } from "better-auth/react";

export const passkeyAuth = createAuthClient({ plugins: [passkeyClient()] });
