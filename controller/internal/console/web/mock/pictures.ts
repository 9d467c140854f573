import type { ServerResponse } from "node:http";
import { titleOf } from "./titles.ts";

export function picture(path: string, response: ServerResponse) {
  response.setHeader("Content-Type", "image/svg+xml");
  response.setHeader("Cache-Control", "max-age=3600");
  response.end(drawing(path));
}

/** A small landscape of hills under a sky, different for each number, with its title: no files needed. */
export function drawing(path: string): string {
  const [, , number = "0", size = "1920x1080"] = path.split("/");
  const n = Number.parseInt(number, 10) || 0;
  const [w = 1920, h = 1080] = size
    .replace(/\.svg$/, "")
    .split("x")
    .map(Number);
  const hue = (n * 47) % 360;
  const hill = (level: number, shift: number) => {
    const points = Array.from({ length: 9 }, (_, i) => {
      const y = h * level + Math.sin(i * 1.3 + n + shift) * h * 0.07;
      return `${(w / 8) * i},${y.toFixed(0)}`;
    });
    return `0,${h} ${points.join(" ")} ${w},${h}`;
  };
  const title = titleOf(n);
  const font = Math.min(w / 16, h / 9);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="hsl(${hue} 60% 42%)"/><stop offset="1" stop-color="hsl(${(hue + 40) % 360} 70% 76%)"/></linearGradient></defs>
<rect width="${w}" height="${h}" fill="url(#s)"/><circle cx="${w * (0.2 + ((n * 13) % 60) / 100)}" cy="${h * 0.3}" r="${h * 0.09}" fill="hsl(45 90% 85%)"/>
<polygon points="${hill(0.55, 0)}" fill="hsl(${(hue + 90) % 360} 25% 38%)"/><polygon points="${hill(0.68, 2)}" fill="hsl(${(hue + 100) % 360} 32% 27%)"/><polygon points="${hill(0.82, 4)}" fill="hsl(${(hue + 110) % 360} 38% 16%)"/>
<text x="${w / 2}" y="${h * 0.86}" text-anchor="middle" font-family="Noto Sans" font-weight="600" font-size="${font * 0.55}" fill="#fff">${title}</text></svg>`;
}
