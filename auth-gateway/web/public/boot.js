// Runs before everything else: the chosen theme without a flash, and words for when the rest does not arrive.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is blocked: the system's theme it is.
  }

  const say = (text) => {
    const boot = document.getElementById("boot");
    if (boot !== null) boot.textContent = text;
  };
  addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) {
        say("A part of this page could not be loaded. Check your connection, then reload the page.");
      }
    },
    true,
  );
  setTimeout(() => say("Still loading: the connection seems slow. You can wait, or reload the page."), 8_000);
})();
