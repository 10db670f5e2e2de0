/** Renders the OpenAPI document. Everything goes in as text, so nothing in the document can become markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const code = (text) => element("code", {}, text);
const block = (value) => element("pre", {}, JSON.stringify(value, undefined, 2));

function parameterTable(parameters) {
  const rows = parameters.map(({ name, in: place, description = "" }) =>
    element("tr", {}, element("td", {}, code(name)), element("td", {}, place), element("td", {}, description)),
  );
  return rows.length === 0 ? [] : [element("h4", {}, "Parameters"), element("table", {}, ...rows)];
}

function contents(title, content = {}) {
  return Object.entries(content).flatMap(([type, { schema }]) => [
    element("h4", {}, `${title}: `, code(type)),
    block(schema),
  ]);
}

function operation(path, method, { summary, operationId, parameters = [], requestBody, responses, security }) {
  const answers = Object.entries(responses).flatMap(([status, { description, content }]) => [
    element("h4", {}, `${status}: ${description}`),
    ...contents("Body", content),
  ]);
  const needs = security.length === 0 ? "Needs no session." : `Needs: ${security.flatMap(Object.keys).join(" or ")}.`;
  return element(
    "details",
    { id: operationId },
    element("summary", {}, code(`${method.toUpperCase()} ${path}`), ` ${summary}`),
    element("p", {}, needs),
    ...parameterTable(parameters),
    ...contents("Request", requestBody?.content),
    ...answers,
  );
}

const description = document.querySelector("#description");
const main = document.querySelector("main");
const nav = document.querySelector("nav");

fetch("/openapi.json")
  .then((answer) => answer.json())
  .then(({ info, tags, paths, components }) => {
    description.textContent = info.description;
    for (const { name } of tags) {
      nav.append(element("a", { href: `#${encodeURIComponent(name)}` }, name));
      main.append(element("h2", { id: encodeURIComponent(name) }, name));
      for (const [path, methods] of Object.entries(paths)) {
        for (const [method, described] of Object.entries(methods)) {
          if (described.tags.includes(name)) main.append(operation(path, method, described));
        }
      }
    }
    main.append(element("h2", {}, "Schemas"));
    for (const [name, schema] of Object.entries(components.schemas)) {
      main.append(element("details", {}, element("summary", {}, code(name)), block(schema)));
    }
  })
  .catch(() => {
    description.textContent = "The document could not be read.";
  });
