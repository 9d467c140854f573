import type { Excerpt } from "@/api/types";
import { endOf, frameAt, lastFrame, middleOf } from "./excerpt";

/** A film, or a picture, that others on the page draw from and are told of. */
export class Player {
  frame = 0;
  playing = false;
  /** What is seen now; null until there is something. */
  picture: HTMLVideoElement | HTMLImageElement | null = null;
  private video: HTMLVideoElement | null = null;
  private heard = new Set<() => void>();
  private shown = 0;
  private stop = Number.POSITIVE_INFINITY;

  constructor(
    readonly length: number,
    readonly rate: number,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.heard.add(listener);
    return () => this.heard.delete(listener);
  };
  readonly getFrame = () => this.frame;
  readonly isPlaying = () => this.playing;
  /** Rises whenever there is something else to be drawn. */
  readonly getShown = () => this.shown;

  /** Follows an element, until what it returns is called. */
  attach(element: HTMLVideoElement | HTMLImageElement): () => void {
    const video = element instanceof HTMLVideoElement ? element : null;
    this.video = video;
    let handle = 0;
    const seen = () => {
      if (video) {
        this.playing = !video.paused;
        this.frame = Math.min(frameAt(video.currentTime, this.rate), lastFrame(this.length, this.rate));
        if (this.playing && video.currentTime * 1000 >= this.stop) video.pause();
      }
      const ready = video ? video.readyState >= 2 : (element as HTMLImageElement).complete;
      this.picture = ready ? element : this.picture;
      this.shown++;
      for (const listener of this.heard) listener();
    };
    const next = () => {
      seen();
      handle = video?.requestVideoFrameCallback?.(next) ?? 0;
    };
    const events = video ? ["loadeddata", "seeked", "play", "pause", "timeupdate", "ended"] : ["load"];
    for (const e of events) element.addEventListener(e, seen);
    next();
    return () => {
      for (const e of events) element.removeEventListener(e, seen);
      if (handle) video?.cancelVideoFrameCallback?.(handle);
      this.picture = null;
      this.video = null;
    };
  }

  /** Shows a frame. */
  seek(frame: number) {
    const to = Math.min(Math.max(frame, 0), lastFrame(this.length, this.rate));
    if (!this.video) return;
    this.video.pause();
    this.frame = to; // so that the next step goes on from here
    this.video.currentTime = middleOf(to, this.rate);
    for (const listener of this.heard) listener();
  }

  step(frames: number) {
    this.seek(this.frame + frames);
  }

  pause() {
    this.video?.pause();
  }

  /** Plays what is cut out, from here or from its beginning; twice as fast when it plays already. */
  play(excerpt: Excerpt, faster = false) {
    const video = this.video;
    if (!video) return;
    this.stop = endOf(excerpt, this.length);
    const now = video.currentTime * 1000;
    if (now < excerpt.from_ms || now >= this.stop - 1000 / this.rate)
      video.currentTime = middleOf(Math.ceil((excerpt.from_ms * this.rate) / 1000 - 0.5), this.rate);
    video.playbackRate = faster && !video.paused ? Math.min(video.playbackRate * 2, 4) : 1;
    void video.play().catch(() => undefined); // the browser may want a tap first
  }

  toggle(excerpt: Excerpt) {
    if (this.playing) this.pause();
    else this.play(excerpt);
  }
}
