import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

/**
 * Takes pictures of the console for a designer's eye:
 *   node looks/look.mjs OUT [path…]      with WIDTH=390 THEME=dark LOCALE=lo LOGIN=trucban BASE=http://127.0.0.1:5173
 */
const [out = ".looks", ...paths] = process.argv.slice(2);
const {
  WIDTH = "1440",
  HEIGHT = "",
  THEME = "light",
  LOCALE = "vi",
  LOGIN = "quantri",
  PASSWORD = "mock",
  BASE = "http://127.0.0.1:5173",
  FULL = "",
} = process.env;
async function open(browser) {
  const width = Number(WIDTH);
  const context = await browser.newContext({
    viewport: { width, height: Number(HEIGHT) || (width < 600 ? 844 : 900) },
    colorScheme: THEME === "dark" ? "dark" : "light",
    hasTouch: width < 600,
  });
  await context.addInitScript(`localStorage.setItem("cotmoc-locale", "${LOCALE}")`);
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log("page error:", e.message));
  page.on("console", (m) => m.type() === "error" && console.log("console:", m.text().slice(0, 300)));
  return page;
}
const browser = await chromium.launch({
  executablePath: process.env.COTMOC_CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const page = await open(browser);
  mkdirSync(out, { recursive: true });
  if (paths[0] !== "/login") {
    await page.request.post(`${BASE}/api/v1/session`, { data: { login: LOGIN, password: PASSWORD } });
    await page.request.patch(`${BASE}/api/v1/me`, { data: { locale: LOCALE } });
  }
  for (const path of paths.length ? paths : ["/"]) {
    await page.goto(BASE + path, { waitUntil: "load" });
    await page.waitForLoadState("networkidle", { timeout: 4000 }).catch(() => {});
    await page.waitForTimeout(400);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(`${path}: ${wide} px too wide`);
    const name = `${path.replace(/[^\w]+/g, "_").replace(/^_|_$/g, "") || "home"}-${WIDTH}-${THEME}-${LOCALE}.png`;
    await page.screenshot({ path: `${out}/${name}`, fullPage: FULL !== "" });
    console.log(`${out}/${name}`);
  }
} finally {
  await browser.close();
}
