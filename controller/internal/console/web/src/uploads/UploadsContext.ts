import { createContext, use } from "react";
import type { Upload } from "./machine";

export interface Uploads {
  uploads: readonly Upload[];
  add: (files: File[]) => void;
  pause: (key: string) => void;
  resume: (key: string) => void;
  remove: (key: string) => void;
  clear: () => void;
}

export const UploadsContext = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = use(UploadsContext);
  if (!uploads) throw new Error("useUploads is outside UploadsProvider");
  return uploads;
}
