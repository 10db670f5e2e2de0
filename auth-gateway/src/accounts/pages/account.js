// The button of a mailed link. The token stays in the fragment: neither this server's log nor a proxy ever sees it.

const form = document.querySelector("form");
const result = document.querySelector("output");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

// The address bar and the history forget the token.
history.replaceState(null, "", location.pathname);

function show(text) {
  result.textContent = text;
}

if (token === null) {
  form.hidden = true;
  show("This link is not complete. Open it from the mail once more, or ask for a new mail.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const response = await fetch(form.getAttribute("action"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...Object.fromEntries(new FormData(form)), token }),
    });
    if (response.ok) {
      form.hidden = true;
      show(form.dataset.done);
      document.querySelector("a.button").hidden = false;
      return;
    }
    const { message, detail } = await response.json();
    show(message ?? detail ?? "That did not work.");
  } catch {
    show("There was no answer. Try again.");
  }
  button.disabled = false;
});
