/** Dark or light is settled before anything is painted: what was chosen here, else what the system prefers. */
document.documentElement.dataset.theme =
  localStorage.getItem("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
