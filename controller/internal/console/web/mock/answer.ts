import type { IncomingMessage, ServerResponse } from "node:http";
import { picture } from "./pictures.ts";
import { Refusal } from "./refuse.ts";
import { routes } from "./routes.ts";
import { signedIn } from "./session.ts";
import { tus } from "./tus.ts";

const api = "/api/v1";

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function problem(response: ServerResponse, status: number, reason: string, params: Record<string, unknown>) {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/problem+json");
  const code = { 401: "unauthenticated", 403: "forbidden", 404: "not_found", 409: "conflict" }[status] ?? "invalid";
  response.end(JSON.stringify({ status, code, reason, params, detail: `cannot do this: ${reason}` }));
}

/** The mock's one request handler. */
export async function answer(request: IncomingMessage, response: ServerResponse, next: () => void) {
  const url = new URL(request.url ?? "/", "http://mock");
  if (!url.pathname.startsWith(api)) return next();
  const path = url.pathname.slice(api.length);
  const method = request.method ?? "GET";
  if (path.startsWith("/pictures/")) return picture(path, response);
  const raw = await body(request);
  if (path.startsWith("/uploads/") && !path.endsWith("/result")) return tus(method, path, request, raw, response);
  try {
    if (path !== "/session" && !signedIn(request)) throw new Refusal(401, "login_required");
    for (const [verb, pattern, handle] of routes) {
      const match = verb === method ? pattern.exec(path) : null;
      if (!match) continue;
      const data = raw.length ? JSON.parse(raw.toString("utf8")) : {};
      const result = handle({
        id: match[1] ?? "",
        part: match[2] ?? "",
        query: url.searchParams,
        body: data,
        request,
        response,
      });
      if (response.writableEnded) return;
      response.statusCode = result === undefined ? 204 : 200;
      if (result !== undefined) response.setHeader("Content-Type", "application/json");
      response.end(result === undefined ? undefined : JSON.stringify(result));
      return;
    }
    throw new Refusal(404, "not_found");
  } catch (error) {
    if (error instanceof Refusal) return problem(response, error.status, error.reason, error.params);
    console.error(error);
    problem(response, 500, "internal", {});
  }
}
