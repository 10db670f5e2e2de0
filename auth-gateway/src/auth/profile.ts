/** Bounds of what people say about themselves; Better Auth stores whatever JSON it is given. */
import { APIError, createAuthMiddleware } from "better-auth/api";
import { z } from "zod";

const profile = z.object({
  name: z.string().min(1).max(200).optional(),
  image: z.string().max(2048).nullish(),
});

const PROFILE_PATHS = new Set(["/sign-up/email", "/update-user"]);

export const requireSoundProfile = createAuthMiddleware(async (ctx) => {
  if (!PROFILE_PATHS.has(ctx.path)) return;
  const parsed = profile.safeParse(ctx.body);
  if (parsed.success) return;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "body"))].join(", ");
  throw new APIError("BAD_REQUEST", { code: "INVALID_PROFILE", message: `Not a sound value: ${fields}` });
});
