import type { Sound } from "./trouble";

/** A tone: when it begins after the first, how long, and how high. */
type Tone = [at: number, length: number, hertz: number];

/** A warning rises once; critical falls, again and again, and is told from it by its rhythm too. */
const melodies: Record<Sound, { wave: OscillatorType; volume: number; tones: Tone[] }> = {
  warning: {
    wave: "sine",
    volume: 0.35,
    tones: [
      [0, 0.18, 660],
      [0.22, 0.3, 880],
    ],
  },
  critical: {
    wave: "square",
    volume: 0.22,
    tones: [0, 0.6, 1.2].flatMap((at): Tone[] => [
      [at, 0.16, 988],
      [at + 0.18, 0.3, 659],
    ]),
  },
};

/** Plays a sound made on the spot. The context must have been started by a press. */
export function play(context: AudioContext, sound: Sound) {
  const { wave, volume, tones } = melodies[sound];
  for (const [at, length, hertz] of tones) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const from = context.currentTime + at;
    tone.type = wave;
    tone.frequency.value = hertz;
    // Soft edges: a step in loudness clicks.
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + 0.015);
    gain.gain.setValueAtTime(volume, from + length - 0.03);
    gain.gain.linearRampToValueAtTime(0, from + length);
    tone.connect(gain).connect(context.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}
