import { type CSSProperties, useEffect, useRef } from "react";
import { base } from "@/api/http";
import type { Media } from "@/api/types";

interface Props {
  item: Media;
  className?: string | undefined;
  style?: CSSProperties;
}

/** The source as it was brought in, or the part of it that is shown. */
export function SourcePicture({ item, ...rest }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const address = `${base}/media/${item.id}/source-preview`;
  const { x, y, width, height } = item.excerpt.crop;
  const cropped = width > 0 && height > 0;
  const { width: whole } = item.source;
  useEffect(() => {
    const on = canvas.current;
    if (!cropped || !on) return;
    const image = new Image();
    image.onload = () => {
      const k = image.naturalWidth / whole;
      on.width = Math.max(1, Math.round(width * k));
      on.height = Math.max(1, Math.round(height * k));
      on.getContext("2d")?.drawImage(image, x * k, y * k, width * k, height * k, 0, 0, on.width, on.height);
    };
    image.src = address;
    return () => {
      image.onload = null;
    };
  }, [address, cropped, x, y, width, height, whole]);
  return cropped ? <canvas ref={canvas} {...rest} /> : <img src={address} alt="" {...rest} />;
}
