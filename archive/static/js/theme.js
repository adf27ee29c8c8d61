/* Runs before the first paint: knows that there is script, and remembers the reader's choice of light or dark. */
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* Storage may be switched off; the system's scheme then holds. */
}
