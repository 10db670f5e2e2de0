/** `make doctor`: looks at a running deployment and explains in words what is wrong with it. */
import { checkout } from "../checkout.ts";
import { loadEnvironment } from "../environment.ts";
import { runMain } from "../failure.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkDatabase } from "./database.ts";
import { render } from "./finding.ts";
import { findPatient } from "./patient.ts";
import { checkServices } from "./services.ts";

async function main(): Promise<number> {
  const patient = await findPatient(await loadEnvironment(checkout), process.argv[2] ?? "");
  const configuration = await checkConfiguration(patient);
  const findings = [
    ...configuration.findings,
    ...(await checkDatabase(patient)),
    ...(await checkServices(patient, configuration)),
  ];
  for (const finding of findings) process.stdout.write(`${render(finding)}\n`);
  const faults = findings.filter(({ ok }) => !ok).length;
  process.stdout.write(faults === 0 ? "\nNothing is wrong.\n" : `\n${faults} of ${findings.length} checks failed.\n`);
  return faults === 0 ? 0 : 1;
}

await runMain(main);
