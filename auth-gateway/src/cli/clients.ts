/** `make client name=… scopes=… audience=…`, `make client action=rotate|revoke id=…` and `make client-list`. */
import { createClientDirectory } from "../clients/service.ts";
import { type Command, type CommandContext, CommandFailure, formatTable } from "./command.ts";

const USAGE =
  "make client name=reports scopes=documents:write audience=rag-api\n" +
  "make client action=rotate id=svc_…\nmake client action=revoke id=svc_…\nmake client-list";

const SCOPE = /^[!#-[\]-~]{1,64}$/;
const AUDIENCE = /^[A-Za-z0-9._~:/-]{1,128}$/;
/** Of people and their browsers; the provider gives them to no machine. */
const DELEGATED = new Set(["openid", "profile", "email", "offline_access", "address", "phone"]);

export const client: Command = (context) => {
  const action = context.argument("action") || "create";
  const run = ACTIONS.get(action);
  if (run === undefined) throw new CommandFailure(`Unknown action ${action}.\n${USAGE}`);
  return run(context);
};

export const clientList: Command = async ({ db, say }) => {
  const header = ["client id", "name", "scopes", "audiences", "created", "secret of", "state"];
  const rows = (await createClientDirectory(db).list()).map((found) => [
    found.clientId,
    found.name,
    found.scopes.join(" "),
    found.audiences.join(" "),
    found.createdAt.toISOString().slice(0, 10),
    found.rotatedAt.toISOString().slice(0, 10),
    found.revoked ? "revoked" : "live",
  ]);
  for (const line of formatTable([header, ...rows])) say(line);
  return 0;
};

const create: Command = async (context) => {
  const name = context.argument("name");
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) throw new CommandFailure(`Give the client a name.\n${USAGE}`);
  const scopes = listOf(context, "scopes", SCOPE);
  const audiences = listOf(context, "audience", AUDIENCE);
  const delegated = scopes.find((scope) => DELEGATED.has(scope));
  if (delegated !== undefined) throw new CommandFailure(`The scope ${delegated} is for people, not for machines.`);
  const { clientId, secret } = await createClientDirectory(context.db).create({ name, scopes, audiences });
  context.audit.record({ kind: "client_created", clientId });
  showSecret(context, clientId, secret);
  return 0;
};

const rotate: Command = async (context) => {
  const rotated = await createClientDirectory(context.db).rotateSecret(requireId(context));
  if (rotated === undefined) throw unknownClient(context);
  context.audit.record({ kind: "client_secret_rotated", clientId: rotated.clientId });
  context.say("The old secret is refused from now on; tokens that it got live on for 5 minutes at most.");
  showSecret(context, rotated.clientId, rotated.secret);
  return 0;
};

const revoke: Command = async (context) => {
  const id = requireId(context);
  if (!(await createClientDirectory(context.db).revoke(id))) throw unknownClient(context);
  context.audit.record({ kind: "client_revoked", clientId: id });
  context.say(`${id} gets no more tokens. The tokens that it has are inactive at the introspection now, are in the`);
  context.say("revocation feed within seconds, and expire within 5 minutes for who checks neither.");
  return 0;
};

const ACTIONS: ReadonlyMap<string, Command> = new Map([
  ["create", create],
  ["rotate", rotate],
  ["revoke", revoke],
]);

function showSecret({ config, say }: CommandContext, id: string, secret: string): void {
  say(`client_id      ${id}`);
  say(`client_secret  ${secret}`);
  say("\nThe secret is shown this once. A token for the client:\n");
  say(`  curl -sS -u ${id}:${secret} -d grant_type=client_credentials ${config.gatewayUrl}/oauth2/token`);
}

function requireId(context: CommandContext): string {
  const id = context.argument("id");
  if (id === "") throw new CommandFailure(`Say which client.\n${USAGE}`);
  return id;
}

function unknownClient(context: CommandContext): CommandFailure {
  return new CommandFailure(`There is no live client ${context.argument("id")}: see make client-list`);
}

/** Separated by commas or spaces. */
function listOf(context: CommandContext, name: string, pattern: RegExp): string[] {
  const values = [
    ...new Set(
      context
        .argument(name)
        .split(/[\s,]+/)
        .filter((value) => value !== ""),
    ),
  ];
  const bad = values.find((value) => !pattern.test(value));
  if (bad !== undefined) throw new CommandFailure(`${name}: '${bad}' has characters that are not allowed.`);
  if (values.length === 0) throw new CommandFailure(`${name} is missing.\n${USAGE}`);
  return values;
}
