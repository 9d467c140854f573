// Sets the colour scheme before the first paint. A file of its own, because the
// page's policy forbids inline scripts.
(() => {
  const saved = localStorage.getItem("cotmoc-theme");
  const dark = saved === "dark" || (saved !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
