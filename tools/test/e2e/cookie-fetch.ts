/** `fetch` as a browser tab of one origin has it: it keeps cookies and names its origin. */
export function cookieFetch(origin: string): typeof fetch {
  const jar = new Map<string, string>();
  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set("origin", origin);
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies !== "") request.headers.set("cookie", cookies);
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      const ended = value === "" || attributes.some((attribute) => attribute.trim().toLowerCase() === "max-age=0");
      if (ended) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
}
