/** A real SMTP server on an ephemeral port, which takes, refuses, hangs or dies as it is told. */
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface Letter extends Email {
  /** The envelope's recipient. */
  readonly recipient: string;
}

export type SmtpMood = "takes" | "refuses for good" | "refuses for now" | "hangs" | "dies";

export interface SmtpHarness {
  readonly url: string;
  readonly letters: Letter[];
  mood: SmtpMood;
  /** How often a client has connected. */
  connections: number;
  lettersTo(address: string): Letter[];
  close(): Promise<void>;
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

export interface SmtpOptions {
  readonly login?: { readonly user: string; readonly password: string };
  /** TLS from the first byte, as smtps:// has it. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
}

export async function startSmtp({ login, tls }: SmtpOptions = {}): Promise<SmtpHarness> {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    ...(tls === undefined ? {} : { secure: true, ...tls }),
    disabledCommands: ["STARTTLS", ...(login === undefined ? (["AUTH"] as const) : [])],
    allowInsecureAuth: true,
    authOptional: login === undefined,
    logger: false,
    onAuth(auth, _session, done) {
      const welcome = auth.username === login?.user && auth.password === login?.password;
      done(welcome ? null : refusal(535, "wrong credentials"), { user: auth.username });
    },
    onConnect(_session, done) {
      harness.connections += 1;
      if (harness.mood !== "hangs") done();
    },
    onRcptTo({ address }, _session, done) {
      if (harness.mood === "refuses for good") done(refusal(550, `<${address}> is unknown here`));
      else if (harness.mood === "refuses for now") done(refusal(451, `<${address}> later, please`));
      else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        if (harness.mood === "dies") {
          for (const connection of server.connections) connection._socket.destroy();
          return;
        }
        const email = await PostalMime.parse(Buffer.concat(chunks));
        letters.push({ ...email, recipient: session.envelope.rcptTo[0]?.address ?? "" });
        done();
      });
    },
  }) as SMTPServer & { connections: Set<{ _socket: { destroy(): void } }> };
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  const credentials =
    login === undefined ? "" : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
  const harness: SmtpHarness = {
    url: `${tls === undefined ? "smtp" : "smtps"}://${credentials}${tls === undefined ? "127.0.0.1" : "localhost"}:${port}`,
    letters,
    mood: "takes",
    connections: 0,
    lettersTo: (address) => letters.filter(({ recipient }) => recipient === address),
    close: () =>
      new Promise((resolve) => {
        for (const connection of server.connections) connection._socket.destroy();
        server.close(() => resolve());
      }),
  };
  return harness;
}
